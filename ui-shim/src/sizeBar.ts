import type { TranslationBundle } from '@jupyterlab/translation';

import { Bar, setText } from './bar';

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
    this._bar = new Bar(trans.__('Large text'), CLASS);
    this._button = this._bar.addButton('', toggle);
    this._bar.addButton(trans.__('Copy all'), copy);
    this._bar.addButton(trans.__('Go to the end'), toEnd);
  }

  /** The element. */
  get node(): HTMLElement {
    return this._bar.node;
  }

  /**
   * Tell how much there is, and whether only some of it is in the page.
   */
  show(length: number, lines: number, isPartial: boolean): void {
    const { trans } = this._options;
    const size = (length / MEGA).toFixed(1);
    const label = trans.__(
      '%1 million characters in %2 lines',
      size,
      lines.toLocaleString()
    );
    const toggle = isPartial
      ? trans.__('Put all of it into the page')
      : trans.__('Keep only what is near in the page');
    setText(this._bar.label, label);
    setText(this._button, toggle);
  }

  private readonly _bar: Bar;
  private readonly _button: HTMLButtonElement;
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
