import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { listIcon } from '@jupyterlab/ui-components';
import { Signal } from '@lumino/signaling';
import { Widget } from '@lumino/widgets';

import { setText } from './bar';
import { findCell } from './cells';
import { elapsedOf } from './core/cellRuns';
import {
  askedAt,
  isRunRecord,
  runsPattern,
  type IRunRecord
} from './core/kernelTopics';
import type { CurrentNotebook } from './currentNotebook';
import { runColumns, type IRunColumn } from './runColumns';
import { RunRow } from './runRow';
import type { RunWords } from './runWords';
import type { ITicked, Ticker } from './ticker';
import type { IKernelStates, ITopicWatch } from './tokens';

const CLASS = 'jp-fastpath-Runs';

/**
 * A table of the latest runs of the kernel of the current notebook, the newest first.
 */
export class RunsPanel extends Widget implements ITicked {
  /**
   * Show them while this is seen.
   */
  constructor(private readonly _options: RunsPanel.IOptions) {
    super();
    const { words, notebook } = _options;
    const { trans } = words;
    this.id = CLASS;
    this.addClass(CLASS);
    this.title.icon = listIcon;
    this.title.caption = trans.__('Runs');
    this.node.tabIndex = -1;
    this._columns = runColumns(words);
    this._note.textContent = trans.__('Nothing has run lately.');
    this._fillTable();
    this.node.append(this._heading, this._note, this._table);
    notebook.changed.connect(this._update, this);
  }

  /**
   * Show nothing more.
   */
  override dispose(): void {
    if (!this.isDisposed) {
      this._unwatch();
      Signal.clearData(this);
      super.dispose();
    }
  }

  /**
   * Show for how long runs have been going on now.
   */
  tick(): readonly number[] {
    const now = this._options.states.serverTime;
    return this._runs.flatMap(run => {
      const elapsed = elapsedOf(run, now);
      if (elapsed === null) {
        return [];
      }
      this._rows.get(run.run_id)?.tick(run, now);
      return [elapsed];
    });
  }

  protected override onAfterAttach(): void {
    this._update();
  }

  protected override onAfterShow(): void {
    this._update();
  }

  protected override onAfterHide(): void {
    this._unwatch();
  }

  protected override onBeforeDetach(): void {
    this._unwatch();
  }

  protected override onActivateRequest(): void {
    const [newest] = this._runs;
    if (newest === undefined) {
      this.node.focus();
    } else {
      this._rows.get(newest.run_id)?.focus();
    }
  }

  /** Watch the kernel of the current notebook, if anybody sees it. */
  private _update(): void {
    const { notebook, states, ticker } = this._options;
    this._unwatch();
    if (!this.isVisible) {
      return;
    }
    this._forget(new Set());
    const { kernelId, panel } = notebook;
    if (kernelId !== null) {
      this._watch = states.watch(runsPattern(kernelId));
      this._watch.changed.connect(this._show, this);
      ticker.add(this);
    }
    setText(this._heading, panel?.title.label ?? '');
    this._show();
  }

  private _unwatch(): void {
    this._options.ticker.delete(this);
    this._watch?.dispose();
    this._watch = null;
  }

  private _show(): void {
    const values = [...(this._watch?.values.values() ?? [])];
    this._runs = values
      .filter(isRunRecord)
      .sort((one, other) => askedAt(other) - askedAt(one));
    this._forget(new Set(this._runs.map(run => run.run_id)));
    const cells = cellsOf(this._options.notebook.panel);
    const now = this._options.states.serverTime;
    this._runs.forEach((run, index) => {
      const cell = cells.get(run.cell_id);
      const source = cell === undefined ? null : firstLineOf(cell);
      const row = this._rowAt(index, run);
      row.show(run, source, now);
    });
    this._table.hidden = this._runs.length === 0;
    this._note.hidden = this._runs.length > 0;
    this._options.ticker.wake();
  }

  private _forget(known: ReadonlySet<string>): void {
    for (const [runId, row] of this._rows) {
      if (!known.has(runId)) {
        row.node.remove();
        this._rows.delete(runId);
      }
    }
  }

  /** Return the row of a run, and let it be in this place. */
  private _rowAt(index: number, run: IRunRecord): RunRow {
    let row = this._rows.get(run.run_id);
    if (row === undefined) {
      row = new RunRow(this._columns, this._options.words, () => {
        this._go(run.cell_id);
      });
      this._rows.set(run.run_id, row);
    }
    const there = this._body.rows.item(index);
    if (there !== row.node) {
      this._body.insertBefore(row.node, there);
    }
    return row;
  }

  /** Show a cell of the notebook, and let it be the active one. */
  private _go(cellId: string | null): void {
    const { notebook, shell } = this._options;
    const cell = notebook.panel && findCell(notebook.panel, cellId);
    if (notebook.panel !== null && cell !== null) {
      const { content } = notebook.panel;
      content.activeCellIndex = content.widgets.indexOf(cell);
      shell.activateById(notebook.panel.id);
      void content.scrollToCell(cell, 'smart');
    }
  }

  private readonly _onKeyDown = (event: KeyboardEvent): void => {
    const step = STEPS.get(event.key);
    const row = (event.target as Element).closest('tr');
    if (step === undefined || row === null) {
      return;
    }
    const next = this._body.rows.item(row.sectionRowIndex + step);
    next?.querySelector('button')?.focus();
    event.preventDefault();
  };

  private _fillTable(): void {
    const { trans } = this._options.words;
    const head = this._table.createTHead().insertRow();
    for (const { name, label, caption } of [
      { name: 'cell', label: trans.__('Cell'), caption: '' },
      { name: 'state', label: trans.__('State'), caption: '' },
      ...this._columns
    ]) {
      const cell = document.createElement('th');
      cell.scope = 'col';
      cell.textContent = label;
      cell.title = caption;
      cell.dataset.column = name;
      head.append(cell);
    }
    this._table.setAttribute('aria-label', trans.__('Runs, the newest first'));
    this._table.append(this._body);
    this._body.addEventListener('keydown', this._onKeyDown);
  }

  private readonly _heading = document.createElement('h2');
  private readonly _note = document.createElement('p');
  private readonly _table = document.createElement('table');
  private readonly _body = document.createElement('tbody');
  private readonly _columns: readonly IRunColumn[];
  private readonly _rows = new Map<string, RunRow>();
  private _runs: readonly IRunRecord[] = [];
  private _watch: ITopicWatch | null = null;
}

/** By how many rows a key goes down. */
const STEPS = new Map([
  ['ArrowDown', 1],
  ['ArrowUp', -1]
]);

function cellsOf(panel: NotebookPanel | null): Map<string | null, Cell> {
  const cells = panel?.content.widgets ?? [];
  return new Map(cells.map(cell => [cell.model.sharedModel.getId(), cell]));
}

/** Return the first line of a cell that has anything in it. */
function firstLineOf(cell: Cell): string {
  return /\S.*/.exec(cell.model.sharedModel.getSource())?.[0] ?? '';
}

/** What belongs to {@link RunsPanel}. */
export namespace RunsPanel {
  /** What it takes to show runs. */
  export interface IOptions {
    /** The notebook of whose kernel they are. */
    readonly notebook: CurrentNotebook;

    /** What activates it. */
    readonly shell: JupyterFrontEnd.IShell;

    /** What the server tells. */
    readonly states: IKernelStates;

    /** What brings the time of what runs up to date. */
    readonly ticker: Ticker;

    /** How it is said. */
    readonly words: RunWords;
  }
}
