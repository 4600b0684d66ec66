import { pauseBefore } from './core/durations';

/** What shows for how long something has been going on. */
export interface ITicked {
  /**
   * Show it as it is now.
   *
   * @returns For how many seconds each thing has been.
   */
  tick(): readonly number[];
}

/**
 * Brings all that shows for how long something has been going on up to date, by one timer,
 * which rests while nothing goes on or the page is hidden.
 */
export class Ticker {
  /** Listen for when the page is shown. */
  constructor() {
    document.addEventListener('visibilitychange', () => {
      this.wake();
    });
  }

  /**
   * Have *client* brought up to date.
   */
  add(client: ITicked): void {
    this._clients.add(client);
    this.wake();
  }

  /**
   * Have *client* brought up to date no more.
   */
  delete(client: ITicked): void {
    this._clients.delete(client);
  }

  /**
   * Note that something may have begun.
   */
  wake(): void {
    if (document.visibilityState === 'visible') {
      this._wakeIn(0);
    }
  }

  private _wakeIn(pause: number): void {
    const due = performance.now() + pause;
    if (due < this._due) {
      clearTimeout(this._timer);
      this._due = due;
      this._timer = setTimeout(this._run, pause);
    }
  }

  private readonly _run = (): void => {
    this._due = Infinity;
    const pause = pauseBefore(
      [...this._clients].flatMap(client => client.tick())
    );
    if (pause !== null && document.visibilityState === 'visible') {
      this._wakeIn(pause);
    }
  };

  private readonly _clients = new Set<ITicked>();
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _due = Infinity;
}
