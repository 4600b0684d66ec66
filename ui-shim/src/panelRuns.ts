import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Contents, Kernel } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import type { FastpathApi } from './api';
import type { CellMarks } from './cellMark';
import { catchUp } from './catchUp';
import { findCell } from './cells';
import type { IRun } from './core/protocol';
import { RunFilter } from './core/runFilter';
import { markOf } from './core/runMark';
import { Heartbeat } from './heartbeat';
import { KernelRuns } from './kernelRuns';
import { NotebookFile } from './notebookFile';
import type { Paints } from './paints';
import { takeOutputs } from './savedOutputs';
import { Saver } from './saver';
import { seed } from './seed';
import { StreamHook } from './streamHook';
import { StreamWriter } from './streamWriter';
import type { IMessageCounts, ISavingSettings, ITextSettings } from './tokens';

/**
 * Shows in one notebook what its kernels did and do without having been asked by it.
 */
export class PanelRuns implements IDisposable {
  /**
   * Follow the kernels of a notebook from now on.
   */
  constructor(private readonly _options: PanelRuns.IOptions) {
    const { panel, contents, api, saving } = _options;
    const { context, sessionContext } = panel;
    this._file = new NotebookFile({
      context,
      contents,
      api,
      hasAll: this._hasAll.bind(this),
      take: this._take.bind(this)
    });
    this._saver = new Saver({
      context,
      file: this._file,
      settings: saving,
      isFree: () => this._isFree
    });
    sessionContext.kernelChanged.connect(this._onKernelChanged, this);
    this._follow(sessionContext.session?.kernel ?? null);
    void this._takeLeftovers();
  }

  /** Whether this follows no more. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * Follow no more; what is shown stays.
   */
  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this._follow(null);
    this._saver.dispose();
    this._file.dispose();
    Signal.clearData(this);
  }

  private _onKernelChanged(
    _: unknown,
    change: { newValue: Kernel.IKernelConnection | null }
  ): void {
    this._follow(change.newValue);
  }

  private _follow(kernel: Kernel.IKernelConnection | null): void {
    this._runs?.dispose();
    this._heartbeat?.dispose();
    this._streams?.dispose();
    this._runs = null;
    this._heartbeat = null;
    this._streams = null;
    if (kernel !== null) {
      const { panel, api, marks, counts, text } = this._options;
      const filter = this._filter;
      this._runs = new KernelRuns({
        panel,
        kernel,
        api,
        marks,
        text,
        filter,
        recovered: this._look.bind(this),
        saveDue: this._saveDue.bind(this)
      });
      this._streams = new StreamHook(panel, kernel, text);
      this._heartbeat = new Heartbeat({ kernel, api, counts });
    }
  }

  /** Whether the server is there, and nothing runs that will have to be saved. */
  private get _isFree(): boolean {
    const { session } = this._options.panel.sessionContext;
    const status = session?.kernel?.connectionStatus ?? 'connected';
    return status === 'connected' && this._runs?.isBusy !== true;
  }

  /** Save once what is to be saved has been painted: somebody waits for that. */
  private _saveDue(path: string): void {
    const { panel, paints } = this._options;
    if (path === panel.context.localPath) {
      void paints.next().then(() => {
        this._saver.save();
      });
    }
  }

  /** Show what has been saved while this page was loaded. */
  private _look(): void {
    this._file.refresh().catch((error: unknown) => {
      console.warn('The file could not be looked at.', error);
    });
  }

  private async _hasAll(isInFile: boolean): Promise<boolean> {
    const { panel, api, counts } = this._options;
    const kernel = panel.sessionContext.session?.kernel ?? null;
    const isBusy = (): boolean => this._runs?.isBusy === true;
    const isThere =
      kernel === null || (await catchUp({ kernel, api, counts, isBusy }));
    return isThere && (isInFile || !this._filter.hasLost);
  }

  private _take(file: unknown): void {
    const { model } = this._options.panel.context;
    takeOutputs(model, file, cellId => this._filter.isWhole(cellId));
    this._filter.found();
  }

  /** Show what kernels that are gone have left. */
  private async _takeLeftovers(): Promise<void> {
    const { panel, api } = this._options;
    let runs: IRun[] = [];
    try {
      await panel.context.ready;
      runs = await api.leftovers(panel.context.localPath);
    } catch (error) {
      console.warn('There may be output that is not shown.', error);
    }
    if (!this._isDisposed) {
      runs.forEach(run => {
        this._takeLeftover(run);
      });
    }
  }

  private _takeLeftover(run: IRun): void {
    const { panel, marks } = this._options;
    const cell = findCell(panel, run.cell_id);
    if (
      cell === null ||
      run.cell_id === null ||
      this._filter.hasRun(run.cell_id)
    ) {
      return;
    }
    if (run.is_home !== true) {
      const writer = StreamWriter.of(cell.model.outputs, this._options.text);
      seed(cell, run, null, true, writer);
      cell.model.executionCount = run.execution_count;
      cell.model.executionState = 'idle';
    }
    marks.set(cell, markOf(run));
  }

  private readonly _filter = new RunFilter();
  private readonly _file: NotebookFile;
  private readonly _saver: Saver;
  private _runs: KernelRuns | null = null;
  private _heartbeat: Heartbeat | null = null;
  private _streams: StreamHook | null = null;
  private _isDisposed = false;
}

/** What belongs to {@link PanelRuns}. */
export namespace PanelRuns {
  /** What it takes to follow the kernels of a notebook. */
  export interface IOptions {
    /** The notebook. */
    readonly panel: NotebookPanel;

    /** Where runs are asked for. */
    readonly api: FastpathApi;

    /** What is told on prompts. */
    readonly marks: CellMarks;

    /** What has come over connections. */
    readonly counts: IMessageCounts;

    /** How text is shown. */
    readonly text: ITextSettings;

    /** When notebooks are saved. */
    readonly saving: ISavingSettings;

    /** Where notebooks are. */
    readonly contents: Contents.IManager;

    /** When what is in the page has been painted. */
    readonly paints: Paints;
  }
}
