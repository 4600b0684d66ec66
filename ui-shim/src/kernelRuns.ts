import type { NotebookPanel } from '@jupyterlab/notebook';
import { KernelMessage, type Kernel } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import type { FastpathApi } from './api';
import type { CellMarks } from './cellMark';
import { findCell } from './cells';
import { Backlog } from './core/backlog';
import {
  displayIdOf,
  isCellDone,
  isCellStart,
  isSaveDue,
  lostBy,
  ownedRuns,
  type ICellStart,
  type IRun
} from './core/protocol';
import type { RunFilter } from './core/runFilter';
import { markOf } from './core/runMark';
import { runOf, typeOf } from './message';
import { OwnRuns } from './ownRuns';
import { TakenRuns } from './takenRuns';
import type { ITextSettings } from './tokens';

type IOPub = KernelMessage.IIOPubMessage;

/**
 * Shows in a notebook what a kernel does for it that this page did not ask for.
 */
export class KernelRuns implements IDisposable {
  /**
   * Listen to a kernel from now on, and show its runs as soon as they can be had.
   */
  constructor(private readonly _options: KernelRuns.IOptions) {
    const { kernel, panel, text } = _options;
    const released = this._released.bind(this);
    this._runs = new TakenRuns({ kernel, panel, text, released });
    this._backlog.open();
    kernel.anyMessage.connect(this._onAnyMessage, this);
    kernel.iopubMessage.connect(this._onIOPub, this);
    kernel.statusChanged.connect(this._onStatus, this);
    kernel.connectionStatusChanged.connect(this._onConnection, this);
    this._onConnection();
  }

  /** Whether this listens no more. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Whether something runs, or waits to, whose output this page has to save. */
  get isBusy(): boolean {
    return this._open.size > 0;
  }

  /**
   * Listen no more; what is shown stays.
   */
  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._lose();
    this._backlog.close();
    Signal.clearData(this);
  }

  private _onConnection(): void {
    const { kernel } = this._options;
    if (this._isMissing && kernel.connectionStatus === 'connected') {
      void this._recover();
    }
  }

  /** Ask for the runs, and show them as they are. */
  private async _recover(): Promise<void> {
    const { kernel, panel, api } = this._options;
    this._isMissing = false;
    this._backlog.open();
    let runs: IRun[] | null = [];
    try {
      await panel.context.ready;
      runs = await api.runs(kernel.id, kernel.clientId);
    } catch {
      // The server is out of reach; it is asked again when it is back.
      this._isMissing = true;
    }
    if (runs === null) {
      this.dispose();
    } else if (!this._isDisposed) {
      this._resume(runs);
    }
  }

  private _resume(runs: IRun[]): void {
    const own = new OwnRuns(this._options.text);
    const open = runs.filter(run => run.is_owner && run.state !== 'done');
    this._open = new Set(open.map(run => run.run_id));
    for (const run of runs) {
      const { cell_id: cellId, run_id: runId } = run;
      if (cellId !== null && this._options.filter.isNewest(cellId, runId)) {
        this._take(cellId, run, own);
      }
    }
    for (const msg of this._backlog.close()) {
      own.repeat(msg);
      this._receive(msg);
    }
    this._isFresh = false;
    this._options.recovered();
  }

  private _take(cellId: string, run: IRun, own: OwnRuns): void {
    const { panel, marks } = this._options;
    const cell = findCell(panel, cellId);
    if (cell === null) {
      return;
    }
    let taken = this._runs.get(run.run_id);
    if (taken === undefined && own.restore(cell, run)) {
      return;
    }
    if (taken === undefined) {
      marks.set(cell, markOf(run));
    }
    if (!this._mayWrite(run.is_owner)) {
      return;
    }
    const isFresh = this._isFresh && taken === undefined;
    taken ??= this._runs.add(cellId, run.run_id);
    taken.resume(cell, run, isFresh);
  }

  /** Take up anew a run whose cell has moved, which makes it another widget. */
  private _released(cellId: string, runId: string): void {
    setTimeout(() => {
      const isWanted = this._options.filter.accepts(cellId, runId);
      if (isWanted && !this._isDisposed && !this._backlog.isOpen) {
        void this._recover();
      }
    });
  }

  private _mayWrite(isOwner: boolean): boolean {
    return isOwner || !this._options.panel.context.model.collaborative;
  }

  private _onAnyMessage(_: unknown, args: Kernel.IAnyMessageArgs): void {
    const { msg, direction } = args;
    if (direction === 'send' && msg.header.msg_type === 'execute_request') {
      this._sent(msg);
    } else if (direction === 'recv' && KernelMessage.isInputRequestMsg(msg)) {
      this._runs.ask(msg);
    }
  }

  private _sent(msg: Readonly<KernelMessage.IMessage>): void {
    const { panel, filter, marks } = this._options;
    const { cellId } = msg.metadata;
    const cell = findCell(panel, cellId);
    if (cell !== null && typeof cellId === 'string') {
      filter.requested(cellId, msg.header.msg_id);
      this._open.add(msg.header.msg_id);
      marks.set(cell, 'queued');
    }
  }

  private _onIOPub(_: unknown, msg: IOPub): void {
    if (!this._backlog.keeps(msg)) {
      this._receive(msg);
    }
  }

  private _receive(msg: IOPub): void {
    const content: unknown = msg.content;
    switch (typeOf(msg)) {
      case 'gap':
        void this._recover();
        return;
      case 'cell_owner':
        this._own(ownedRuns(content));
        return;
      case 'save_due':
        if (isSaveDue(content)) {
          this._options.saveDue(content.path);
        }
        return;
      case 'cell_start':
        if (isCellStart(content)) {
          this._started(content, msg);
        }
        break;
      case 'cell_done':
        this._done(content);
        break;
      default:
        if (displayIdOf(content) !== null) {
          this._runs.update(msg);
        }
        break;
    }
    this._runs.get(runOf(msg))?.receive(msg);
  }

  private _started(start: ICellStart, msg: IOPub): void {
    const { panel, filter, marks } = this._options;
    const { run_id: runId, cell_id: cellId } = start;
    const cell = findCell(panel, cellId);
    if (cell === null || cellId === null || !filter.begins(cellId, runId)) {
      return;
    }
    marks.set(cell, 'running');
    const isKnown = filter.isOwn(runId) || this._runs.get(runId) !== undefined;
    if (!isKnown && this._mayWrite(false)) {
      this._runs.add(cellId, runId).begin(cell, msg.metadata);
    }
  }

  private _done(content: unknown): void {
    if (!isCellDone(content)) {
      return;
    }
    const { panel, filter, marks } = this._options;
    const { run_id: runId, cell_id: cellId } = content;
    const cell = findCell(panel, cellId);
    this._open.delete(runId);
    if (cell !== null && cellId !== null && filter.accepts(cellId, runId)) {
      const run = this._runs.get(runId);
      if (run?.isDone !== true) {
        marks.set(cell, null);
      }
      run?.finish(cell, content);
    }
  }

  /** Save, from now on, what these runs put out. */
  private _own(runIds: readonly string[]): void {
    for (const runId of this._runs.own(runIds)) {
      this._open.add(runId);
    }
    if (!this._mayWrite(false)) {
      void this._recover();
    }
  }

  /** Free the cells of a kernel that is gone, as the kernel connection frees its own. */
  private _onStatus(_: unknown, status: Kernel.Status): void {
    if (['restarting', 'autorestarting', 'dead'].includes(status)) {
      // What a connection that is there has brought is all.
      if (this._options.kernel.connectionStatus !== 'connected') {
        this._lose();
      }
      this._open.clear();
      for (const [runId, { cellId }] of this._runs.open) {
        this._done(lostBy(runId, cellId));
      }
    }
  }

  /** Note that nothing comes any more of what runs. */
  private _lose(): void {
    const taken = this._runs.open.map(([runId]) => runId);
    for (const runId of [...this._open, ...taken]) {
      this._options.filter.lost(runId);
    }
    this._open.clear();
  }

  private readonly _runs: TakenRuns;
  private _open = new Set<string>();
  private readonly _backlog = new Backlog<IOPub>();
  private _isMissing = true;
  private _isFresh = true;
  private _isDisposed = false;
}

/** What belongs to {@link KernelRuns}. */
export namespace KernelRuns {
  /** What it takes to show the runs of a kernel. */
  export interface IOptions {
    /** The notebook. */
    readonly panel: NotebookPanel;
    /** The connection to its kernel. */
    readonly kernel: Kernel.IKernelConnection;
    /** Where runs are asked for. */
    readonly api: FastpathApi;
    /** How text is shown. */
    readonly text: ITextSettings;
    /** Which runs the cells of the notebook show. */
    readonly filter: RunFilter;
    /** What is told on prompts. */
    readonly marks: CellMarks;
    /** Called when what runs has been shown as it is. */
    readonly recovered: () => void;
    /** Called when it is time to save the notebook with this path. */
    readonly saveDue: (path: string) => void;
  }
}
