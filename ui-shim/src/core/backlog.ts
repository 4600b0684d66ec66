import { numberOf } from './protocol';

/**
 * Which messages of one run are new to who knows all before a number.
 */
export class RunCursor {
  /**
   * Start with all before *next* known.
   */
  constructor(private _next: number) {}

  /**
   * Return whether a message with this metadata is new, and know it from now on.
   *
   * One without a number is always new.
   */
  passes(metadata: unknown): boolean {
    const number = numberOf(metadata);
    if (number === null) {
      return true;
    }
    if (number.first < this._next) {
      return false;
    }
    this._next = number.first + number.count;
    return true;
  }
}

/**
 * What comes while it is not known yet what it means.
 */
export class Backlog<T> {
  /**
   * Whether things are kept now.
   */
  get isOpen(): boolean {
    return this._kept !== null;
  }

  /**
   * Keep what comes from now on.
   */
  open(): void {
    this._kept ??= [];
  }

  /**
   * Keep *item* and return true, if things are kept now.
   */
  keeps(item: T): boolean {
    this._kept?.push(item);
    return this.isOpen;
  }

  /**
   * Return all that was kept, oldest first, and keep no more.
   */
  close(): T[] {
    const kept = this._kept ?? [];
    this._kept = null;
    return kept;
  }

  private _kept: T[] | null = null;
}
