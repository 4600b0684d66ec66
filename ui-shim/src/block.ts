import { parseAnsi, type IAnsiState } from './core/ansi';
import { rowsOf } from './core/blocks';
import { TextBlock, type ILinks } from './textBlock';

const CLASS = 'jp-fastpath-Block';
const INNER_CLASS = 'jp-mod-inner';

/** What a row of text is like, in pixels and in characters. */
export interface IRows {
  readonly height: number;
  readonly columns: number;
}

/**
 * Some of a text, which is in the page, or has only its place there.
 */
export class Block {
  /**
   * Have a place for text.
   *
   * @param state - What the codes before the text have set.
   * @param links - What becomes a link; nothing if null.
   * @param isInner - Whether it begins within a line.
   */
  constructor(
    private readonly _state: IAnsiState,
    private readonly _links: ILinks | null,
    isInner: boolean
  ) {
    this.node.classList.add(CLASS);
    this.node.classList.toggle(INNER_CLASS, isInner);
  }

  /** The element; another one after {@link show} or {@link hide}, perhaps. */
  get node(): HTMLElement {
    return this._node;
  }

  /** The text. */
  get text(): string {
    return this._text;
  }

  /** Whether some of the text is in the page. */
  get isShown(): boolean {
    return this._shown !== null;
  }

  /** Whether the text is not added to any more. */
  get isClosed(): boolean {
    return this._isClosed;
  }

  /**
   * Have more text, which is in the page only after {@link show}.
   */
  append(text: string): void {
    this._text += text;
  }

  /**
   * Have only so many characters.
   */
  cut(length: number): void {
    this._isClosed = false;
    this._text = this._text.slice(0, length);
    if (this._shown !== null && length < this._shown.start) {
      this._isStale = true;
    }
  }

  /**
   * Have no more text for good.
   *
   * @returns What the codes so far have set.
   */
  close(): IAnsiState {
    this._isClosed = true;
    if (!this._text.endsWith('\n')) {
      this._node.classList.add(INNER_CLASS);
    }
    return parseAnsi(this._text, this._state).state;
  }

  /**
   * Have the text in the page.
   */
  show(): void {
    if (
      this._shown === null ||
      this._isStale ||
      !this._shown.show(this._text)
    ) {
      this._replaceNode();
      this._shown = new TextBlock(this._node, this._state, this._links);
      this._shown.show(this._text);
      this._isStale = false;
    }
  }

  /**
   * Have no text in the page, but a place of this height.
   */
  hide(height: number): void {
    this._replaceNode();
    this._shown = null;
    this._node.style.height = `${height.toString()}px`;
  }

  /**
   * Take up *height* while the browser skips the text, as it may do far from what is seen.
   */
  reserve(height: number): void {
    const size = `auto ${height.toString()}px`;
    this._node.style.setProperty('contain-intrinsic-block-size', size);
  }

  /**
   * Return about how high this is, in pixels.
   */
  height({ height, columns }: IRows): number {
    return rowsOf(this._text, columns) * height;
  }

  /**
   * Empty the node: what others have put into it keeps the parent it has.
   */
  private _replaceNode(): void {
    if (this._shown === null && this._node.firstChild === null) {
      this._node.style.height = '';
      return;
    }
    const node = document.createElement('span');
    node.className = this._node.className;
    this._node.replaceWith(node);
    this._node = node;
  }

  private _node = document.createElement('span');
  private _text = '';
  private _shown: TextBlock | null = null;
  private _isStale = false;
  private _isClosed = false;
}
