import type { TranslationBundle } from '@jupyterlab/translation';

const CLASS = 'jp-fastpath-SizeBar';
const MEGA = 1000 * 1000;

/**
 * A line above a text that is too large to be in the page as a whole: how much there is,
 * and how to have it.
 */
export class SizeBar {
  /**
   * Offer what can be done with a text.
   */
  constructor(private readonly _options: SizeBar.IOptions) {
    const { trans, copy, toggle, toEnd } = _options;
    this.node.className = CLASS;
    this.node.append(
      this._label,
      this._button,
      button(trans.__('Copy all'), copy),
      button(trans.__('Go to the end'), toEnd)
    );
    this._button.addEventListener('click', toggle);
  }

  /** The element. */
  readonly node = document.createElement('div');

  /**
   * Tell how much there is, and whether only some of it is in the page.
   */
  show(length: number, lines: number, isPartial: boolean): void {
    const { trans } = this._options;
    const size = (length / MEGA).toFixed(1);
    this._label.textContent = trans.__(
      '%1 million characters in %2 lines',
      size,
      lines.toLocaleString()
    );
    this._button.textContent = isPartial
      ? trans.__('Put all of it into the page')
      : trans.__('Keep only what is near in the page');
  }

  private readonly _label = document.createElement('span');
  private readonly _button = button('', () => undefined);
}

/** What belongs to {@link SizeBar}. */
export namespace SizeBar {
  /** What can be done, and how it is said. */
  export interface IOptions {
    /** The words. */
    readonly trans: TranslationBundle;

    /** Copy all of the text. */
    readonly copy: () => void;

    /** Have all of it in the page, or only what is near. */
    readonly toggle: () => void;

    /** Show its end. */
    readonly toEnd: () => void;
  }
}

function button(label: string, click: () => void): HTMLButtonElement {
  const node = document.createElement('button');
  node.type = 'button';
  node.textContent = label;
  node.addEventListener('click', click);
  return node;
}
