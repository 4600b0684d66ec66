/** How soon what is edited is saved; durations in milliseconds. */
export interface ISavePace {
  /** After how long without a change. */
  readonly quiet: number;

  /** After how long at the latest, however much is changed. */
  readonly longest: number;
}

/** How many times as long as it takes to save is left between two savings, as by JupyterLab. */
const REST = 10;

/** The longest of that, in milliseconds, before a run is saved that is done. */
const LONGEST_REST = 2000;

/**
 * When a notebook that is edited is to be saved.
 */
export class SaveTiming {
  /**
   * Note a change.
   */
  changed(now: number): void {
    this._first ??= now;
    this._last = now;
  }

  /**
   * Note that all that has been changed is being saved now.
   */
  began(now: number): void {
    this._began = now;
    this._first = null;
  }

  /**
   * Note that this is over, and whether it was done because runs were.
   */
  ended(now: number, isOfDone: boolean): void {
    const rest = REST * (now - this._began);
    this._notBefore = now + rest;
    if (isOfDone) {
      this._restsUntil = now + Math.min(rest, LONGEST_REST);
    }
  }

  /**
   * Note that nothing has to be saved.
   */
  forget(): void {
    this._first = null;
  }

  /**
   * Return when to save; null if nothing has changed.
   */
  due({ quiet, longest }: ISavePace): number | null {
    if (this._first === null) {
      return null;
    }
    const wanted = Math.min(this._last + quiet, this._first + longest);
    return Math.max(wanted, this._notBefore);
  }

  /**
   * Return how long to wait before runs are saved that are done, since others just were.
   */
  restAt(now: number): number {
    return Math.max(this._restsUntil - now, 0);
  }

  private _first: number | null = null;
  private _last = 0;
  private _began = 0;
  private _notBefore = 0;
  private _restsUntil = 0;
}
