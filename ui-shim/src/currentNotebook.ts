import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { Signal, type ISignal } from '@lumino/signaling';

/**
 * The notebook that was used last, and its kernel.
 */
export class CurrentNotebook {
  /**
   * Follow the notebooks of a page.
   */
  constructor(tracker: INotebookTracker) {
    tracker.currentChanged.connect(this._onCurrentChanged, this);
    this._onCurrentChanged(tracker, tracker.currentWidget);
  }

  /** The notebook; null if none is open. */
  get panel(): NotebookPanel | null {
    return this._panel;
  }

  /** Its kernel; null if it has none. */
  get kernelId(): string | null {
    return this._panel?.sessionContext.session?.kernel?.id ?? null;
  }

  /** Emitted when it is another one, or has another kernel. */
  get changed(): ISignal<this, undefined> {
    return this._changed;
  }

  private _onCurrentChanged(_: unknown, panel: NotebookPanel | null): void {
    this._panel?.sessionContext.kernelChanged.disconnect(this._emit, this);
    this._panel = panel;
    panel?.sessionContext.kernelChanged.connect(this._emit, this);
    this._emit();
  }

  private _emit(): void {
    this._changed.emit(undefined);
  }

  private readonly _changed = new Signal<this, undefined>(this);
  private _panel: NotebookPanel | null = null;
}
