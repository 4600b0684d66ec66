const FIRST = 1000;
const LONGEST = 60_000;

/**
 * For how long to wait before something is tried again, in milliseconds: each time about
 * twice as long, up to a minute.
 */
export class Pauses {
  /**
   * Return the next pause.
   *
   * @param random - From 0 to 1, so that not all pages come back at once.
   */
  next(random: number): number {
    const longest = Math.min(FIRST * 2 ** this._count, LONGEST);
    this._count += 1;
    return longest * (0.5 + random / 2);
  }

  /**
   * Begin anew: it has worked.
   */
  forget(): void {
    this._count = 0;
  }

  private _count = 0;
}
