import type { CodeCell } from '@jupyterlab/cells';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { RunMark } from './core/runMark';

/**
 * Tells on the prompts of cells what has become of their runs.
 */
export class CellMarks {
  /**
   * Speak the language of this translation.
   */
  constructor(private readonly _trans: TranslationBundle) {}

  /**
   * Tell this of the run that *cell* shows; nothing if *mark* is null.
   */
  set(cell: CodeCell, mark: RunMark | null): void {
    if (mark === null) {
      delete cell.node.dataset.fastpathRun;
    } else {
      cell.node.dataset.fastpathRun = mark;
    }
    this._setTitle(cell);
    // A cell that was not in view yet has no prompt.
    void cell.ready.then(() => {
      this._setTitle(cell);
    });
  }

  private _setTitle(cell: CodeCell): void {
    const mark = cell.node.dataset.fastpathRun;
    const prompt = cell.isDisposed ? null : cell.promptNode;
    if (prompt !== null) {
      prompt.title = this._wordsFor(mark);
    }
  }

  private _wordsFor(mark: string | undefined): string {
    switch (mark) {
      case 'queued':
        return this._trans.__('Waits for the kernel');
      case 'running':
        return this._trans.__('Runs');
      case 'away':
        return this._trans.__('Finished while this notebook was not open');
      case 'lost':
        return this._trans.__(
          'Did not finish: the kernel ended while this notebook was not open'
        );
      case undefined:
      default:
        return '';
    }
  }
}
