import type { NotebookPanel } from '@jupyterlab/notebook';
import { DisposableDelegate, type IDisposable } from '@lumino/disposable';

import { isEqual } from './core/guards';
import type { IPageCounts } from './core/pageCounts';
import { LongFrames } from './longFrames';
import { NotebookCounts } from './notebookCounts';
import { Paints } from './paints';
import type { IKernelStates, IPageCounters } from './tokens';

/** For how many milliseconds nothing is counted, and told, again. */
const PAUSE = 5000;

type Context = NotebookPanel['context'];

/**
 * Counts what this page has of the notebooks that are open, and tells the server of that
 * from time to time, while somebody can see the page.
 */
export class PageCounters implements IPageCounters {
  /**
   * Count of no notebook, so far.
   *
   * @param _states - What tells the server.
   * @param keptOutputsOf - Returns which outputs of a notebook keep their state.
   */
  constructor(
    private readonly _states: Pick<IKernelStates, 'counted'>,
    keptOutputsOf: NotebookCounts.IPage['keptOutputsOf']
  ) {
    this._page = {
      paints: new Paints(),
      longFrames: new LongFrames(),
      keptOutputsOf
    };
    document.addEventListener('visibilitychange', this._turn);
    this._turn();
  }

  /**
   * Count something that has happened in a notebook.
   */
  count(panel: NotebookPanel, what: 'errors'): void {
    const counts = this._counts.get(panel.context);
    if (counts !== undefined) {
      counts[what] += 1;
      this._wake(counts);
    }
  }

  /**
   * Return what was counted of a notebook, and what there is at the moment; null if it is
   * not open.
   */
  of(panel: NotebookPanel): IPageCounts | null {
    return this._counts.get(panel.context)?.counts() ?? null;
  }

  /**
   * Count of a notebook that is being opened, until what is returned is disposed of.
   */
  follow(panel: NotebookPanel): IDisposable {
    const { context } = panel;
    const counts = new NotebookCounts(panel, this._page, () => {
      this._wake(counts);
    });
    this._counts.set(context, counts);
    this._wake(counts);
    return new DisposableDelegate(() => {
      this._forget(context, counts);
    });
  }

  private _forget(context: Context, counts: NotebookCounts): void {
    counts.dispose();
    this._counts.delete(context);
    this._changed.delete(counts);
    this._untell(counts);
  }

  private _wake(counts: NotebookCounts): void {
    this._changed.add(counts);
    this._arm();
  }

  private _arm(): void {
    if (
      this._timer === undefined &&
      this._changed.size > 0 &&
      document.visibilityState === 'visible'
    ) {
      this._timer = setTimeout(() => {
        this._timer = undefined;
        this._changed.forEach(counts => {
          this._tell(counts);
        });
        this._changed.clear();
      }, PAUSE);
    }
  }

  private _tell(counts: NotebookCounts): void {
    const { path } = counts;
    const told = this._told.get(counts);
    const now = { path, counts: counts.counts() };
    if (isEqual(told, now)) {
      return;
    }
    if (told !== undefined && told.path !== path) {
      this._untell(counts);
    }
    this._told.set(counts, now);
    this._states.counted(path, now.counts);
  }

  private _untell(counts: NotebookCounts): void {
    const told = this._told.get(counts);
    if (told !== undefined) {
      this._told.delete(counts);
      this._states.counted(told.path, null);
    }
  }

  /** Rest while nobody can see the page. */
  private readonly _turn = (): void => {
    const { longFrames } = this._page;
    if (document.visibilityState === 'visible') {
      longFrames.start();
      this._arm();
      return;
    }
    longFrames.stop();
    clearTimeout(this._timer);
    this._timer = undefined;
    this._counts.forEach(counts => {
      counts.rest();
    });
  };

  private readonly _page: NotebookCounts.IPage;
  private readonly _counts = new Map<Context, NotebookCounts>();
  private readonly _changed = new Set<NotebookCounts>();
  private readonly _told = new Map<NotebookCounts, ITold>();
  private _timer: ReturnType<typeof setTimeout> | undefined;
}

/** What the server was told last of a notebook, and where that was. */
interface ITold {
  readonly path: string;
  readonly counts: IPageCounts;
}
