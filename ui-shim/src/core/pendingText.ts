import type { ITextChange } from './terminalLine';

/**
 * How a text that is shown in part has changed meanwhile: how much of what is shown is
 * still right, and what comes behind that.
 */
export class PendingText {
  /** How much of what is shown is right. */
  get kept(): number {
    return this._kept;
  }

  /** How much is to be shown. */
  get waiting(): number {
    return this._waiting;
  }

  /** Whether all is shown. */
  get isEmpty(): boolean {
    return this._waiting === 0;
  }

  /** The length of the whole text. */
  get length(): number {
    return this._kept + this._waiting;
  }

  /**
   * Note a change of the whole text.
   */
  put({ start, text }: ITextChange): void {
    if (start < this._kept) {
      this._kept = start;
      this._set([text]);
    } else if (start === this.length) {
      this._chunks.push(text);
      this._waiting += text.length;
    } else {
      const waits = this._chunks.slice(this._next).join('');
      this._set([waits.slice(0, start - this._kept), text]);
    }
  }

  /**
   * Take *count* characters of the {@link peek next} ones as shown.
   */
  take(count: number): string {
    const chunk = this.peek();
    const taken = chunk.slice(0, count);
    if (count < chunk.length) {
      this._chunks[this._next] = chunk.slice(count);
    } else {
      this._next++;
    }
    this._kept += taken.length;
    this._waiting -= taken.length;
    if (this._next > 1000) {
      this._chunks = this._chunks.slice(this._next);
      this._next = 0;
    }
    return taken;
  }

  /**
   * Return what is to be shown next, some of what waits.
   */
  peek(): string {
    while (this._chunks[this._next] === '') {
      this._next++;
    }
    return this._chunks[this._next] ?? '';
  }

  /**
   * Have *text*, which was taken last, be shown again.
   */
  putBack(text: string): void {
    this._chunks = [text, ...this._chunks.slice(this._next)];
    this._next = 0;
    this._kept -= text.length;
    this._waiting += text.length;
  }

  private _set(chunks: string[]): void {
    this._chunks = chunks;
    this._next = 0;
    this._waiting = chunks.reduce((sum, { length }) => sum + length, 0);
  }

  private _kept = 0;
  private _chunks: string[] = [];
  private _next = 0;
  private _waiting = 0;
}
