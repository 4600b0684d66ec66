import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';

import type { Paints } from './paints';

/** What opening a notebook takes at most, in milliseconds: what comes later, people did. */
const MOST = 60_000;

const CELL = '.jp-Cell';
const OUTPUT = '.jp-OutputArea-output';

/**
 * How long it took from now until something of a notebook could be seen.
 */
export class FirstSeen implements IDisposable {
  /**
   * Look for it until it is there, somebody scrolls, or the notebook is out of sight.
   *
   * @param _panel - The notebook, which is being opened.
   * @param _paints - What tells when something is painted.
   * @param _found - Called when something was seen.
   */
  constructor(
    private readonly _panel: NotebookPanel,
    private readonly _paints: Paints,
    private readonly _found: () => void
  ) {
    this._view = _panel.content.outerNode;
    this._observer.observe(this._view, { childList: true, subtree: true });
    this._view.addEventListener('scroll', this._onScroll, { passive: true });
  }

  /** Seconds until there was a cell; null if none was seen. */
  get cell(): number | null {
    return this._cell;
  }

  /** Seconds until there was an output; null if none was seen. */
  get output(): number | null {
    return this._output;
  }

  /** Whether nothing is looked for any longer. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * Look no more; what was seen stays.
   */
  dispose(): void {
    this._isDisposed = true;
    this._observer.disconnect();
    this._view.removeEventListener('scroll', this._onScroll);
  }

  private async _look(): Promise<void> {
    if (this._isLooking) {
      return;
    }
    this._isLooking = true;
    const time = await this._paints.next();
    this._isLooking = false;
    if (this._isDisposed) {
      return;
    }
    const passed = (time ?? Infinity) - this._openedAt;
    if (passed > MOST || !this._panel.isVisible) {
      this.dispose();
      return;
    }
    this._see(passed / 1000);
  }

  private _see(seconds: number): void {
    const had = [this._cell, this._output];
    this._cell ??= this._isSeen(CELL) ? seconds : null;
    this._output ??= this._isSeen(OUTPUT) ? seconds : null;
    if (had[0] !== this._cell || had[1] !== this._output) {
      this._found();
    }
    if (this._output !== null) {
      this.dispose();
    }
  }

  /** Whether the first of those that are in the page is in view. */
  private _isSeen(selector: string): boolean {
    const first = this._view.querySelector(selector)?.getBoundingClientRect();
    const view = this._view.getBoundingClientRect();
    return (
      first !== undefined &&
      first.height > 0 &&
      first.top < view.bottom &&
      first.bottom > view.top
    );
  }

  private readonly _onScroll = (): void => {
    // Not before there is something to be scrolled by somebody.
    if (this._cell !== null) {
      this.dispose();
    }
  };

  private readonly _observer = new MutationObserver(() => {
    void this._look();
  });
  private readonly _view: HTMLElement;
  private readonly _openedAt = performance.now();
  private _cell: number | null = null;
  private _output: number | null = null;
  private _isLooking = false;
  private _isDisposed = false;
}
