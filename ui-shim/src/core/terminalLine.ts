/** How a text changes: what is behind *start* goes, and *text* comes there. */
export interface ITextChange {
  readonly start: number;
  readonly text: string;
}

/**
 * Where a stream goes on in a text: in its last line, which carriage returns and
 * backspaces write over.
 *
 * Text comes to be what JupyterLab makes of it, at a cost of what is new and of the last
 * line, not of all there is.
 */
export class TerminalLine {
  /**
   * Go on behind *text*.
   *
   * @param text - What there is: the last line of it, at least.
   * @param length - The length of all there is.
   */
  constructor(text = '', length = text.length) {
    this._line = text.slice(text.lastIndexOf('\n') + 1);
    this._start = length - this._line.length;
    this._at = this._line.length;
  }

  /** The length of the text. */
  get length(): number {
    return this._start + this._line.length;
  }

  /**
   * Write *source*, and return how the text changes by it.
   */
  write(source: string): ITextChange {
    if (this._at === this._line.length && !/[\r\b]/.test(source)) {
      return this._append(source);
    }
    const { length, _start: start } = this;
    const before = this._line;
    const lines: string[] = [];
    for (const [control] of source.matchAll(CONTROLS)) {
      this._put(control, lines);
    }
    const text = lines.join('') + this._line;
    const same = commonLength(before, text);
    return { start: Math.min(start + same, length), text: text.slice(same) };
  }

  private _append(source: string): ITextChange {
    const start = this.length;
    const line = source.lastIndexOf('\n') + 1;
    if (line > 0) {
      this._start += this._line.length + line;
      this._line = source.slice(line);
    } else {
      this._line += source;
    }
    this._at = this._line.length;
    return { start, text: source };
  }

  /** Put a control character, or text without any. */
  private _put(source: string, lines: string[]): void {
    const at = this._at;
    switch (source) {
      case '\n':
        lines.push(`${this._line}\n`);
        this._start += this._line.length + 1;
        this._line = '';
        this._at = 0;
        break;
      case '\r':
        this._at = 0;
        break;
      case '\b':
        if (at > 0) {
          this._line = this._line.slice(0, at - 1) + this._line.slice(at + 1);
          this._at = at - 1;
        }
        break;
      default:
        this._at = at + source.length;
        this._line =
          this._line.slice(0, at) + source + this._line.slice(this._at);
    }
  }

  private _line: string;
  private _start: number;
  private _at: number;
}

// In a class, \b is a backspace.
const CONTROLS = /[\n\r\b]|[^\n\r\b]+/g;

/** Return how many characters two texts have in common at their beginnings. */
export function commonLength(one: string, other: string): number {
  const most = Math.min(one.length, other.length);
  let same = 0;
  while (same < most && one.charCodeAt(same) === other.charCodeAt(same)) {
    same++;
  }
  return same;
}
