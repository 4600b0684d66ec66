// What a frame has at 60 of them a second, and what may be taken of it, in milliseconds.
const FRAME = 1000 / 60;
const LEAST = 1;
const MOST = 8;

/**
 * How much of a frame may be spent on output, so that keys and scrolling have the rest.
 *
 * What is put into the page has to be laid out and painted, too, which costs more or less
 * according to what it is: so the whole of each frame is looked at.
 */
export class FrameBudget {
  /** How many milliseconds the next frame may spend. */
  get allowance(): number {
    return this._allowance;
  }

  /**
   * Return whether a frame at *now* may put out anything: after a long one others go first.
   */
  isOpen(now: number): boolean {
    return now >= this._openAt;
  }

  /**
   * Note that a frame that put out something took from *start* until *now*, with layout
   * and paint.
   */
  spent(start: number, now: number): void {
    const took = now - start;
    const factor = took > FRAME ? 0.6 : took < FRAME / 2 ? 1.25 : 1;
    this._allowance = Math.min(MOST, Math.max(LEAST, this._allowance * factor));
    // Long frames may not follow each other: at least half of the time is for the rest.
    this._openAt = took > FRAME ? now + took : now;
  }

  private _allowance = MOST / 2;
  private _openAt = 0;
}
