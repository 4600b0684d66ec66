/** After how many milliseconds in which nothing moves somebody has stopped to scroll. */
const STILL = 150;

/** Frames that are enough to tell how many there are in a second. */
const ENOUGH = 10;

/** What takes more milliseconds is a long frame, as browsers have it, too. */
const LONG = 50;

/** Frames from one to another, both of which have moved. */
interface IFrames {
  count: number;
  longCount: number;
}

/**
 * The frames that are made while somebody scrolls; times are in milliseconds.
 */
export class ScrollFrames {
  /** How many there were, from one that had moved to the next. */
  get count(): number {
    return this._all.count;
  }

  /** How many of those took long. */
  get longCount(): number {
    return this._all.longCount;
  }

  /** How many there were in a second when somebody scrolled last; null if nobody did. */
  get rate(): number | null {
    return this._rate;
  }

  /**
   * Note that the next frame has moved.
   *
   * @returns Whether frames are to be noted: somebody scrolls on, and is not just taken to
   * another place, as by running a cell. To ask for a frame has the page drawn.
   */
  moved(now: number): boolean {
    const isScrolling = now - this._scrolledAt < STILL;
    this._scrolledAt = now;
    this._hasMoved = true;
    return isScrolling;
  }

  /**
   * Note a frame.
   *
   * @returns Whether the next one is to be noted, too: somebody may be scrolling.
   */
  frame(now: number): boolean {
    if (this._movedAt === null) {
      this._begin(now);
    }
    this._still.count += 1;
    this._still.longCount += Number(now - this._before > LONG);
    this._before = now;
    if (this._hasMoved) {
      this._take(now);
    }
    const isScrolling = now - (this._movedAt ?? now) < STILL;
    if (!isScrolling) {
      this._end();
    }
    return isScrolling;
  }

  private _begin(now: number): void {
    this._beganAt = now;
    this._before = now;
    this._movedAt = now;
    this._countBefore = this._all.count;
    // It ends nothing that was seen to begin.
    this._still = { count: -1, longCount: 0 };
  }

  private _take(now: number): void {
    this._hasMoved = false;
    this._movedAt = now;
    this._all.count += this._still.count;
    this._all.longCount += this._still.longCount;
    this._still = { count: 0, longCount: 0 };
  }

  private _end(): void {
    const count = this._all.count - this._countBefore;
    if (count >= ENOUGH && this._movedAt !== null) {
      this._rate = (1000 * count) / (this._movedAt - this._beganAt);
    }
    this._movedAt = null;
  }

  private readonly _all: IFrames = { count: 0, longCount: 0 };
  private _still: IFrames = { count: 0, longCount: 0 };
  private _rate: number | null = null;
  private _hasMoved = false;
  private _scrolledAt = -Infinity;
  private _movedAt: number | null = null;
  private _beganAt = 0;
  private _before = 0;
  private _countBefore = 0;
}
