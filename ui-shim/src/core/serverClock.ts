/**
 * What time it is at the server, as far as can be told from the times that it writes; all
 * in seconds.
 *
 * Nothing comes before it was written: of all that came, what took the least time on its
 * way tells best how the two clocks differ.
 */
export class ServerClock {
  /**
   * Note that something came *now* that was written at *written*, or later.
   */
  heard(written: number, now: number): void {
    this._ahead = Math.min(this._ahead ?? Infinity, now - written);
  }

  /**
   * Return what time it is at the server; at the most what it really is.
   */
  at(now: number): number {
    return now - (this._ahead ?? 0);
  }

  /**
   * Begin anew: one of the clocks may have been set.
   */
  forget(): void {
    this._ahead = null;
  }

  private _ahead: number | null = null;
}
