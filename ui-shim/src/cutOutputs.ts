import type * as nbformat from '@jupyterlab/nbformat';
import { OutputAreaModel, SimplifiedOutputArea } from '@jupyterlab/outputarea';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { IOutputsCut, IRichCut } from './core/cut';
import type { ICutContent } from './cutContent';
import type { CutSource } from './cutSource';

/**
 * Outputs that were left out, shown in the way of JupyterLab.
 */
export class CutOutputs implements ICutContent {
  /**
   * Show nothing, so far.
   *
   * @param _cut - Where they were left out.
   * @param _source - Where they are had from.
   * @param rendermime - What shows them.
   */
  constructor(
    private readonly _cut: IRichCut | IOutputsCut,
    private readonly _source: CutSource,
    rendermime: IRenderMimeRegistry
  ) {
    this.widget = new SimplifiedOutputArea({ model: this._model, rendermime });
    this.widget.disposed.connect(this._onDisposed, this);
  }

  /** What shows them. */
  readonly widget: SimplifiedOutputArea;

  /** How many outputs have been loaded. */
  get size(): number {
    return this._size;
  }

  /** Lines are not counted. */
  readonly lines = 0;

  /**
   * Load on until there are so many, or until the server has no more.
   */
  async load(
    size: number,
    signal: AbortSignal,
    progressed: () => void
  ): Promise<void> {
    while (this._size < size) {
      const output = await this._source.output(this._cut, this._size, signal);
      if (signal.aborted) {
        return;
      }
      this._model.add(output as nbformat.IOutput);
      this._size++;
      progressed();
    }
  }

  /**
   * Show what may be shown only if it is trusted, or do not.
   */
  trust(isTrusted: boolean): void {
    this._model.trusted = isTrusted;
  }

  /**
   * Say why some of it cannot be seen; nothing if all can.
   */
  warning(trans: TranslationBundle): string {
    return this._isAllSafe()
      ? ''
      : trans.__('Some of it is shown only where the notebook is trusted.');
  }

  private _isAllSafe(): boolean {
    const { model, rendermime } = this.widget;
    const level = model.trusted ? 'any' : 'ensure';
    for (let at = 0; at < model.length; at++) {
      const { data } = model.get(at);
      if (rendermime.preferredMimeType(data, level) === undefined) {
        return model.trusted;
      }
    }
    return true;
  }

  private _onDisposed(): void {
    this._model.dispose();
  }

  private readonly _model = new OutputAreaModel({ trusted: false });
  private _size = 0;
}
