import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal, type ISignal } from '@lumino/signaling';

import type { FastpathApi } from './api';
import {
  isCovered,
  sourceOf,
  type NotebookSource
} from './core/notebookSource';
import { isQuiet } from './quietly';

/** What JupyterLab compares files by. */
interface IVersion {
  readonly hash?: string | null;
  readonly last_modified: string;
}

/** How often a file that changes while it is looked at is looked at again. */
const LOOKS = 3;

/**
 * The file of a notebook that is open: it is saved without a question if nothing but
 * output is there that this page has not read, and whatever changes while it is saved
 * stays to be saved.
 *
 * Of what runs put out, this page has the newest, or takes it from the file first.
 */
export class NotebookFile implements IDisposable {
  /**
   * Have the notebook saved by this from now on, whoever asks for it.
   */
  constructor(private readonly _options: NotebookFile.IOptions) {
    const { context } = _options;
    const save = context.save;
    this._write = () => save.call(context);
    this._own = () => this._save();
    context.save = this._own;
    context.model.contentChanged.connect(this._onChanged, this);
    context.fileChanged.connect(this._onFileChanged, this);
    void context.ready.then(() => {
      this._onFileChanged();
    });
  }

  /** Whether the notebook is being saved, or waits for that. */
  get isSaving(): boolean {
    return this._saving !== null || this._next !== null;
  }

  /** Emitted when what there is to save is being saved. */
  get began(): ISignal<this, undefined> {
    return this._began;
  }

  /** Emitted when that is over, with whether it is saved. */
  get ended(): ISignal<this, boolean> {
    return this._ended;
  }

  /** Whether the notebook is saved as without this. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * Have the notebook saved as without this.
   */
  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    const { context } = this._options;
    if (context.save === this._own) {
      context.save = this._write;
    }
    Signal.clearData(this);
  }

  /**
   * Show what the server has written into the file, if it has.
   */
  async refresh(): Promise<void> {
    if (!this.isSaving) {
      await this._look();
    }
  }

  /**
   * Know the file as it is, if the notebook of this page may take its place.
   *
   * @returns Whether it may; if not, the user has to be asked.
   */
  private async _look(): Promise<boolean> {
    const { context, contents } = this._options;
    const known = this._known;
    if (known === null || context.canSave !== true) {
      return true;
    }
    const options = { type: 'notebook', content: false, hash: true } as const;
    const file = await contents.get(context.path, options);
    return isSame(known, file) || this._adopt(known);
  }

  /** Let the file be what this page knows of, as long as it may. */
  private async _adopt(known: IVersion): Promise<boolean> {
    const { context, contents, hasAll, take } = this._options;
    const { path } = context;
    const options = { type: 'notebook', content: true, hash: true } as const;
    for (let i = 0; i < LOOKS; i++) {
      const file = await contents.get(path, options);
      const source = sourceOf(file.content);
      const isOurs = await this._isOurs(known, file);
      if (!(isOurs || this._isKnown(source)) || !(await hasAll(isOurs))) {
        return false;
      }
      // A page that has nothing to save has undone no output of those.
      if (isOurs || !context.model.dirty) {
        take(file.content);
      }
      // To rename a file to the name that it has does nothing, but tells all who have
      // it open how it is now. The next save compares with that.
      this._isAdopting = true;
      const now = await contents.rename(path, path).finally(() => {
        this._isAdopting = false;
      });
      if (now.last_modified === file.last_modified) {
        this._adopted = file;
        this._source = source;
        return true;
      }
    }
    return false;
  }

  /** Whether all that made *file* from what is known was the server, with output. */
  private async _isOurs(known: IVersion, file: IVersion): Promise<boolean> {
    const { context, contents, api } = this._options;
    if (contents.driveName(context.path) !== '') {
      return false;
    }
    const told = await api.writes(context.localPath, versionOf(known));
    return told?.is_ours === true && told.version === versionOf(file);
  }

  /** Whether a file with this source has nothing that this page would undo. */
  private _isKnown(source: NotebookSource | null): boolean {
    const own = sourceOf(this._options.context.model.toJSON());
    return (
      source !== null &&
      own !== null &&
      isCovered(source, this._source ?? own, own)
    );
  }

  /** The version of the file that this page has read or written last. */
  private get _known(): IVersion | null {
    const known = this._options.context.contentsModel;
    // What renames a file is not told its hash.
    const isAdopted =
      !known?.hash && known?.last_modified === this._adopted?.last_modified;
    return isAdopted ? this._adopted : known;
  }

  /**
   * Save once for all who ask before that begins. What is asked for meanwhile comes
   * after it, and fails with it.
   */
  private _save(): Promise<void> {
    if (this._saving !== null && !this._isWriting) {
      return this._saving;
    }
    if (this._next === null && this._saving !== null) {
      this._next = this._saving.then(
        () => {
          this._next = null;
          return this._start();
        },
        (error: unknown) => {
          this._next = null;
          throw error;
        }
      );
    }
    return this._next ?? this._start();
  }

  private _start(): Promise<void> {
    const saving = this._saveNow().then(
      () => {
        this._end(true);
      },
      (error: unknown) => {
        this._end(false);
        throw error;
      }
    );
    this._saving = saving;
    return saving;
  }

  private _end(isSaved: boolean): void {
    this._saving = null;
    this._isWriting = false;
    this._ended.emit(isSaved);
  }

  private async _saveNow(): Promise<void> {
    const { context } = this._options;
    const isSafe = await this._lookAnyhow();
    const margin = context.lastModifiedCheckMargin;
    if (!isSafe) {
      // Ask, however short ago it was changed.
      context.lastModifiedCheckMargin = -Infinity;
    }
    try {
      this._isWriting = true;
      this._began.emit(undefined);
      await this._writeNow(isSafe);
    } finally {
      context.lastModifiedCheckMargin = margin;
    }
  }

  private async _writeNow(isSafe: boolean): Promise<void> {
    const { model } = this._options.context;
    const source = sourceOf(model.toJSON());
    const changes = this._changes;
    await this._write();
    // The user may have decided for the file.
    this._source = isSafe ? source : null;
    if (isSafe && this._changes !== changes) {
      model.dirty = true;
    }
  }

  private async _lookAnyhow(): Promise<boolean> {
    try {
      return await this._look();
    } catch (error) {
      console.warn('The file could not be looked at.', error);
      return true;
    }
  }

  private _onChanged(): void {
    if (!isQuiet(this._options.context.model)) {
      this._changes++;
    }
  }

  /**
   * Know what the notebook is like now that its file has been read. What has been edited
   * since, by the kernel that was connected meanwhile, is as well known.
   */
  private _onFileChanged(): void {
    if (this._saving === null && !this._isAdopting) {
      this._source = sourceOf(this._options.context.model.toJSON());
    }
  }

  private readonly _began = new Signal<this, undefined>(this);
  private readonly _ended = new Signal<this, boolean>(this);
  private readonly _own: () => Promise<void>;
  private readonly _write: () => Promise<void>;
  private _saving: Promise<void> | null = null;
  private _next: Promise<void> | null = null;
  private _adopted: IVersion | null = null;
  private _source: NotebookSource | null = null;
  private _changes = 0;
  private _isWriting = false;
  private _isAdopting = false;
  private _isDisposed = false;
}

/** What belongs to {@link NotebookFile}. */
export namespace NotebookFile {
  /** What it takes to know a file. */
  export interface IOptions {
    /** The notebook. */
    readonly context: NotebookPanel['context'];

    /** Where its file is. */
    readonly contents: Contents.IManager;

    /** Where it is asked who has changed the file. */
    readonly api: FastpathApi;

    /**
     * Wait for what runs have put out, and return whether this page has all of it,
     * or can take it from the file if *isOurs*.
     */
    readonly hasAll: (isOurs: boolean) => Promise<boolean>;

    /** Show what the server has written into the file, and this page has not got. */
    readonly take: (file: unknown) => void;
  }
}

function versionOf({ hash, last_modified }: IVersion): string {
  return hash ?? last_modified;
}

function isSame(known: IVersion, file: IVersion): boolean {
  return known.hash && file.hash
    ? known.hash === file.hash
    : known.last_modified === file.last_modified;
}
