import { CodeCell, type Cell } from '@jupyterlab/cells';
import {
  NotebookActions,
  type Notebook,
  type NotebookPanel
} from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import type { CellMarks, ITimeMark } from './cellMark';
import { findCell, followCells } from './cells';
import { CellRuns, elapsedOf } from './core/cellRuns';
import { isRunRecord, runsPattern, type IRunRecord } from './core/kernelTopics';
import { isBad, type RunWords } from './runWords';
import type { ITicked, Ticker } from './ticker';
import type { IKernelStates, ITopicWatch } from './tokens';

/**
 * Shows in the cells of a notebook for how long they run, have run or what they wait for.
 */
export class CellTimes implements IDisposable, ITicked {
  /**
   * Show it from now on.
   */
  constructor(private readonly _options: CellTimes.IOptions) {
    const { panel, kernelId, states, ticker } = _options;
    this._watch = states.watch(runsPattern(kernelId));
    this._watch.changed.connect(this._onChanged, this);
    NotebookActions.outputCleared.connect(this._onCleared, this);
    this._take(this._watch.values);
    followCells(panel, this, this._show.bind(this));
    ticker.add(this);
  }

  /** Whether nothing more is shown. */
  get isDisposed(): boolean {
    return this._watch.isDisposed;
  }

  /**
   * Show nothing more; how long runs took stays.
   */
  dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._options.ticker.delete(this);
    this._watch.dispose();
    Signal.clearData(this);
    for (const [cellId] of this._runs.open) {
      this._forget(cellId);
    }
  }

  /**
   * Show nothing at all.
   */
  clear(): void {
    this.dispose();
    for (const cell of this._options.panel.content.widgets) {
      if (cell instanceof CodeCell) {
        this._options.marks.setTime(cell, null);
      }
    }
  }

  /**
   * Show for how long runs have been going on now.
   */
  tick(): readonly number[] {
    const { states } = this._options;
    return this._runs.open.flatMap(([cellId, run]) => {
      const elapsed = elapsedOf(run, states.serverTime);
      if (elapsed === null) {
        return [];
      }
      this._showIn(cellId);
      return [elapsed];
    });
  }

  private _onChanged(
    _: ITopicWatch,
    changed: ReadonlyMap<string, unknown>
  ): void {
    this._take(changed);
    this._options.ticker.wake();
  }

  private _take(topics: ReadonlyMap<string, unknown>): void {
    for (const [topic, value] of topics) {
      if (!isRunRecord(value)) {
        this._lose(topic);
      } else if (this._runs.take(value)) {
        this._showIn(value.cell_id);
      }
    }
  }

  /** Forget a run that is gone before it had ended. */
  private _lose(topic: string): void {
    for (const [cellId, run] of this._runs.open) {
      if (topic.endsWith(`/${run.run_id}`)) {
        this._forget(cellId);
      }
    }
  }

  private _forget(cellId: string): void {
    this._runs.delete(cellId);
    this._showIn(cellId);
  }

  private _onCleared(
    _: unknown,
    { notebook, cell }: { notebook: Notebook; cell: Cell }
  ): void {
    const cellId = cell.model.sharedModel.getId();
    const isOpen = this._runs.open.some(([id]) => id === cellId);
    if (notebook === this._options.panel.content && !isOpen) {
      this._forget(cellId);
    }
  }

  private _showIn(cellId: string | null): void {
    const cell = findCell(this._options.panel, cellId);
    if (cell !== null) {
      this._show(cell);
    }
  }

  private _show(cell: Cell): void {
    const run = this._runs.get(cell.model.sharedModel.getId());
    if (cell instanceof CodeCell) {
      this._options.marks.setTime(cell, run === null ? null : this._of(run));
    }
  }

  private _of(run: IRunRecord): ITimeMark {
    const { states, words } = this._options;
    const label = words.labelOf(run, states.serverTime);
    return { label, words: words.detailsOf(run), isBad: isBad(run) };
  }

  private readonly _runs = new CellRuns();
  private readonly _watch: ITopicWatch;
}

/** What belongs to {@link CellTimes}. */
export namespace CellTimes {
  /** What it takes to show the times of a notebook. */
  export interface IOptions {
    /** The notebook. */
    readonly panel: NotebookPanel;

    /** Its kernel. */
    readonly kernelId: string;

    /** What the server tells of its runs. */
    readonly states: IKernelStates;

    /** Where they are shown. */
    readonly marks: CellMarks;

    /** What brings them up to date. */
    readonly ticker: Ticker;

    /** How they are said. */
    readonly words: RunWords;
  }
}
