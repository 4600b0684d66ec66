import type { TranslationBundle } from '@jupyterlab/translation';

import { Bar, setText } from './bar';
import type { Cut } from './core/cut';
import { describe, progressOf } from './core/cutWords';
import {
  KEEP_ACTIONS,
  LOAD_ACTIONS,
  type ICutAction,
  type ICutActions,
  type ICutState
} from './cutActions';

const CLASS = 'jp-fastpath-CutBar';

/**
 * A line where something was left out of an output: what, and how to have it.
 */
export class CutBar {
  /**
   * Tell nothing, so far.
   *
   * @param _actions - What can be done.
   * @param _trans - The words.
   * @param links - Where all that was kept is; null below what has been loaded, where
   * no more is offered than to load on.
   */
  constructor(
    private readonly _actions: ICutActions,
    private readonly _trans: TranslationBundle,
    links: ICutLinks | null
  ) {
    this._isFoot = links === null;
    this._bar = new Bar(_trans.__('Output that is not shown'), CLASS);
    this._bar.node.append(this._note);
    this._addButtons(LOAD_ACTIONS);
    if (links !== null) {
      // What is said twice is read out once.
      this._note.setAttribute('role', 'status');
      this._addLinks(links);
      this._addButtons(KEEP_ACTIONS);
    }
  }

  /** The element. */
  get node(): HTMLElement {
    return this._bar.node;
  }

  /**
   * Tell how it stands; what has the focus keeps it as long as it is there.
   */
  show(state: ICutState): void {
    const { cut, loaded, progress, message } = state;
    const { label, title, note } = describe(cut, loaded, this._trans);
    this._state = state;
    if (!this._isFoot) {
      setText(this._bar.label, label);
      this._bar.label.title = title;
    }
    const isLoading = progress !== null;
    // What changes all the time is not read out.
    this._note.setAttribute('aria-live', isLoading ? 'off' : 'polite');
    setText(
      this._note,
      isLoading
        ? progressOf(cut, progress.done, progress.whole, this._trans)
        : message || note
    );
    this._showButtons(state);
    this._showLinks(state);
  }

  /**
   * Have the focus.
   */
  focus(): void {
    this._bar.focus();
  }

  private _showButtons(state: ICutState): void {
    const focused = document.activeElement;
    let isLost = false;
    for (const [action, button] of this._buttons) {
      setText(button, action.label(state.cut, this._trans));
      const isDisabled = action.isDisabled(state);
      button.setAttribute('aria-disabled', String(isDisabled));
      button.hidden = !action.isShown(state);
      isLost ||= button.hidden && button === focused;
    }
    if (isLost) {
      this.focus();
    }
  }

  private _showLinks({ cut, isGone }: ICutState): void {
    for (const [link, href] of this._links) {
      link.hidden = !isKept(cut);
      link.setAttribute('aria-disabled', String(isGone));
      if (isGone) {
        link.setAttribute('role', 'link');
        link.removeAttribute('href');
      } else {
        link.href = href;
      }
    }
  }

  private _addButtons(actions: readonly ICutAction[]): void {
    for (const action of actions) {
      const button = this._bar.addButton('', () => {
        if (this._state !== null) {
          action.run(this._actions, this._state);
        }
      });
      button.title = action.title?.(this._trans) ?? '';
      this._buttons.set(action, button);
    }
  }

  private _addLinks({ tab, download }: ICutLinks): void {
    if (tab !== null) {
      const link = this._bar.addLink(this._trans.__('Open in a new tab'), tab);
      link.target = '_blank';
      link.rel = 'noopener';
      this._links.set(link, tab);
    }
    if (download !== null) {
      const { href, name } = download;
      const link = this._bar.addLink(this._trans.__('Download'), href);
      link.download = name;
      this._links.set(link, href);
    }
  }

  private readonly _bar: Bar;
  private readonly _note = document.createElement('span');
  private readonly _buttons = new Map<ICutAction, HTMLButtonElement>();
  private readonly _links = new Map<HTMLAnchorElement, string>();
  private readonly _isFoot: boolean;
  private _state: ICutState | null = null;
}

/** Where all is that was kept of an output. */
export interface ICutLinks {
  /** What a browser can show; null if there is nothing of that kind. */
  readonly tab: string | null;

  /** What can be had as a file; null if there is no such thing. */
  readonly download: { readonly href: string; readonly name: string } | null;
}

function isKept(cut: Cut): boolean {
  return cut.kind !== 'outputs' && cut.keptBytes > 0;
}
