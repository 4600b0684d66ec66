import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import type { IPageCounts } from './core/pageCounts';
import { ScrollFrames } from './core/scrollFrames';
import { FirstSeen } from './firstSeen';
import type { KeptOutputs } from './keptOutputs';
import type { LongFrames } from './longFrames';
import type { Paints } from './paints';

/**
 * Counts what the page has of one notebook, and how smoothly it is scrolled.
 */
export class NotebookCounts implements IDisposable {
  /**
   * Count from now on; the notebook is being opened.
   *
   * @param _panel - The notebook.
   * @param _page - What is known of the page.
   * @param _changed - Called when there may be something else to be counted.
   */
  constructor(
    private readonly _panel: NotebookPanel,
    private readonly _page: NotebookCounts.IPage,
    private readonly _changed: () => void
  ) {
    const { content, context } = _panel;
    this._seen = new FirstSeen(_panel, _page.paints, _changed);
    this._rows.observe(content.viewportNode, { childList: true });
    this._view = content.outerNode;
    this._view.addEventListener('scroll', this._onScroll, { passive: true });
    content.modelContentChanged.connect(this._onChanged, this);
    context.pathChanged.connect(this._onChanged, this);
    _page.longFrames.came.connect(this._onLongFrames, this);
  }

  /** Where the notebook is. */
  get path(): string {
    return this._panel.context.localPath;
  }

  /** How many errors there were of what hosts its rows and outputs. */
  errors = 0;

  /** Whether nothing is counted any longer. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * Count no more.
   */
  dispose(): void {
    this._isDisposed = true;
    this.rest();
    this._seen.dispose();
    this._rows.disconnect();
    this._view.removeEventListener('scroll', this._onScroll);
    Signal.clearData(this);
  }

  /**
   * Return what was counted, and what there is at the moment.
   */
  counts(): IPageCounts {
    const { content } = this._panel;
    const { keptOutputsOf, longFrames } = this._page;
    const kept = keptOutputsOf(this._panel);
    return {
      cells: content.widgets.length,
      // Also those that JupyterLab has taken for detached, and hides.
      rows: content.widgets.filter(({ node }) => node.isConnected).length,
      nodes: content.node.getElementsByTagName('*').length,
      stateful: kept?.count ?? 0,
      parked: kept?.parkedCount ?? 0,
      scroll_frames: this._frames.count,
      // Where the browser does not know more, those of scrolling.
      long_frames: longFrames.areKnown
        ? this._longCount
        : this._frames.longCount,
      errors: this.errors,
      fps: rounded(this._frames.rate),
      first_cell: rounded(this._seen.cell),
      first_output: rounded(this._seen.output)
    };
  }

  /**
   * Do nothing until somebody scrolls again.
   */
  rest(): void {
    cancelAnimationFrame(this._frame);
    this._frame = 0;
  }

  private readonly _onScroll = (): void => {
    const isScrolling = this._frames.moved(performance.now());
    if (isScrolling && this._frame === 0) {
      this._frame = requestAnimationFrame(this._onFrame);
    }
  };

  private readonly _onFrame = (now: number): void => {
    if (this._frames.frame(now)) {
      this._frame = requestAnimationFrame(this._onFrame);
    } else {
      this._frame = 0;
      this._changed();
    }
  };

  private _onLongFrames(_: LongFrames, count: number): void {
    if (this._panel.isVisible) {
      this._longCount += count;
      this._changed();
    }
  }

  private _onChanged(): void {
    this._changed();
  }

  private readonly _rows = new MutationObserver(() => {
    this._changed();
  });
  private readonly _frames = new ScrollFrames();
  private readonly _seen: FirstSeen;
  private readonly _view: HTMLElement;
  private _longCount = 0;
  private _frame = 0;
  private _isDisposed = false;
}

/** What belongs to {@link NotebookCounts}. */
export namespace NotebookCounts {
  /** What is known of the page. */
  export interface IPage {
    /** What tells when something is painted. */
    readonly paints: Paints;

    /** What tells of frames that took long. */
    readonly longFrames: LongFrames;

    /** Returns which outputs of a notebook keep their state; null if none does. */
    readonly keptOutputsOf: (
      panel: NotebookPanel
    ) => Pick<KeptOutputs, 'count' | 'parkedCount'> | null;
  }
}

/** Return a number with as many digits as are of use. */
function rounded(value: number | null): number | null {
  return value === null ? null : Math.round(value * 1000) / 1000;
}
