import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import { SaveTiming } from './core/saveTiming';
import type { NotebookFile } from './notebookFile';
import { isQuiet } from './quietly';
import type { ISavingSettings } from './tokens';

/** What JupyterLab notes of the kernel of a notebook, whether anybody edits that. */
const OF_THE_KERNEL: readonly string[] = ['kernelspec', 'language_info'];

/**
 * Saves a notebook when the server says that it is time, and soon after it was edited.
 */
export class Saver implements IDisposable {
  /**
   * Save a notebook from now on.
   */
  constructor(private readonly _options: Saver.IOptions) {
    const { context, file } = _options;
    context.model.contentChanged.connect(this._onChanged, this);
    context.model.stateChanged.connect(this._onStateChanged, this);
    context.model.metadataChanged.connect(this._onMetadataChanged, this);
    file.began.connect(this._onBegan, this);
    file.ended.connect(this._onEnded, this);
  }

  /** Whether this saves no more. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * Save no more.
   */
  dispose(): void {
    this._isDisposed = true;
    clearTimeout(this._timer);
    Signal.clearData(this);
  }

  /**
   * Save what there is to save, now or when what is being saved is.
   */
  save(): void {
    const { context, file } = this._options;
    this._isDue = file.isSaving;
    if (!this._isDue && this._isWanted) {
      context.save().catch((error: unknown) => {
        // The user has been told, or has said so.
        console.warn('The notebook is not saved.', error);
      });
    }
  }

  /** Whether there is something to save, and nobody is against it. */
  private get _isWanted(): boolean {
    const { context, settings } = this._options;
    return (
      settings.isOn &&
      !this._isHeld &&
      !this._isDisposed &&
      context.model.dirty &&
      context.canSave === true
    );
  }

  /** Leave what is noted of the kernel to who saves for another reason. */
  private _onMetadataChanged(_: unknown, { key }: { key: string }): void {
    if (OF_THE_KERNEL.includes(key)) {
      this._isOfKernel = true;
      // All that follows from it is told at once.
      setTimeout(() => {
        this._isOfKernel = false;
      });
    }
  }

  private _onChanged(): void {
    if (!this._isOfKernel && !isQuiet(this._options.context.model)) {
      this._timing.changed(performance.now());
      this._wait();
    }
  }

  private _onStateChanged(_: unknown, { name }: { name: string }): void {
    if (name !== 'dirty') {
      return;
    }
    if (this._options.context.model.dirty) {
      this._onChanged();
    } else {
      // What has changed was read from the file, or is there by now.
      this._timing.forget();
    }
  }

  private _onBegan(): void {
    this._timing.began(performance.now());
  }

  private _onEnded(_: unknown, isSaved: boolean): void {
    this._timing.ended(performance.now());
    // What failed, or was refused, is left to the user and to JupyterLab.
    this._isHeld = !isSaved;
    if (this._isDue) {
      this.save();
    }
  }

  /** Be called when it is time to save, if not before. */
  private _wait(shortest = 0): void {
    const due = this._timing.due(this._options.settings);
    if (this._timer === undefined && due !== null) {
      const delay = Math.max(due - performance.now(), shortest);
      this._timer = setTimeout(this._onTime, delay);
    }
  }

  private readonly _onTime = (): void => {
    const { file, isFree, settings } = this._options;
    this._timer = undefined;
    const due = this._timing.due(settings) ?? Infinity;
    if (!this._isWanted) {
      this._timing.forget();
    } else if (due > performance.now()) {
      this._wait();
    } else if (file.isSaving || !isFree()) {
      this._wait(settings.quiet);
    } else {
      this.save();
    }
  };

  private readonly _timing = new SaveTiming();
  private _timer: ReturnType<typeof setTimeout> | undefined;
  private _isOfKernel = false;
  private _isDue = false;
  private _isHeld = false;
  private _isDisposed = false;
}

/** What belongs to {@link Saver}. */
export namespace Saver {
  /** What it takes to save a notebook. */
  export interface IOptions {
    /** The notebook. */
    readonly context: NotebookPanel['context'];

    /** Its file. */
    readonly file: NotebookFile;

    /** What the user wants of saving. */
    readonly settings: ISavingSettings;

    /** Whether the server is there, and nothing runs that will have to be saved. */
    readonly isFree: () => boolean;
  }
}
