import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import type { CellMarks } from './cellMark';
import { CellTimes } from './cellTimes';
import { PaintReports } from './paintReports';
import type { Paints } from './paints';
import type { RunWords } from './runWords';
import type { StatusSettings } from './statusSettings';
import type { Ticker } from './ticker';
import type { IKernelStates } from './tokens';

/**
 * Shows in one notebook what the server tells of its runs, and tells the server when this
 * page has painted what they put out.
 */
export class PanelStatus implements IDisposable {
  /**
   * Follow the kernels of a notebook from now on.
   */
  constructor(private readonly _options: PanelStatus.IOptions) {
    const { panel, settings } = _options;
    settings.changed.connect(this._update, this);
    panel.sessionContext.kernelChanged.connect(this._follow, this);
    this._follow();
  }

  /** Whether this follows no more. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * Follow no more.
   */
  dispose(): void {
    this._isDisposed = true;
    this._times?.dispose();
    this._reports?.dispose();
    Signal.clearData(this);
  }

  private _follow(): void {
    const { panel, states, paints } = this._options;
    const kernel = panel.sessionContext.session?.kernel ?? null;
    this._times?.dispose();
    this._times = null;
    this._reports?.dispose();
    this._reports =
      kernel === null ? null : new PaintReports(kernel, states, paints);
    this._update();
  }

  private _update(): void {
    const { panel, settings } = this._options;
    const kernelId = panel.sessionContext.session?.kernel?.id;
    if (!settings.hasCellTimes) {
      this._times?.clear();
      this._times = null;
    } else if (kernelId !== undefined) {
      this._times ??= new CellTimes({ kernelId, ...this._options });
    }
  }

  private _times: CellTimes | null = null;
  private _reports: PaintReports | null = null;
  private _isDisposed = false;
}

/** What belongs to {@link PanelStatus}. */
export namespace PanelStatus {
  /** What it takes to show the runs of a notebook. */
  export interface IOptions {
    /** The notebook. */
    readonly panel: NotebookPanel;

    /** What the server tells. */
    readonly states: IKernelStates;

    /** What the user wants. */
    readonly settings: StatusSettings;

    /** Where times are shown. */
    readonly marks: CellMarks;

    /** What brings them up to date. */
    readonly ticker: Ticker;

    /** How they are said. */
    readonly words: RunWords;

    /** What tells when something has been painted. */
    readonly paints: Paints;
  }
}
