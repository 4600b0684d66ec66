/** How soon what is edited is saved; durations in milliseconds. */
export interface ISavePace {
  /** After how long without a change. */
  readonly quiet: number;

  /** After how long at the latest, however much is changed. */
  readonly longest: number;
}

/** How many times as long as it takes to save is left between two savings, as by JupyterLab. */
const REST = 10;

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
   * Note that this is over.
   */
  ended(now: number): void {
    this._notBefore = now + REST * (now - this._began);
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

  private _first: number | null = null;
  private _last = 0;
  private _began = 0;
  private _notBefore = 0;
}
