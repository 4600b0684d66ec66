import type { CodeCell } from '@jupyterlab/cells';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { RunMark } from './core/runMark';

/** What is told of the time of a run. */
export interface ITimeMark {
  /** In few characters. */
  readonly label: string;

  /** In words; what does not change while the label does. */
  readonly words: string;

  /** Whether it is about a run that did not end as it should. */
  readonly isBad: boolean;
}

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
    this._show(cell);
  }

  /**
   * Tell this of its time; nothing if *time* is null.
   */
  setTime(cell: CodeCell, time: ITimeMark | null): void {
    const { dataset } = cell.node;
    const hasOther = dataset.fastpathWords !== time?.words;
    if (time === null || time.label === '') {
      delete dataset.fastpathTime;
      delete dataset.fastpathWords;
    } else {
      dataset.fastpathTime = time.label;
      dataset.fastpathWords = time.words;
    }
    cell.node.toggleAttribute('data-fastpath-bad', time?.isBad === true);
    if (hasOther) {
      this._show(cell);
    } else {
      showTime(cell);
    }
  }

  private _show(cell: CodeCell): void {
    this._setTitle(cell);
    // A cell that was not in view yet has no prompt.
    void cell.ready.then(() => {
      this._setTitle(cell);
    });
  }

  private _setTitle(cell: CodeCell): void {
    const { fastpathRun: mark, fastpathWords: words } = cell.node.dataset;
    const prompt = cell.isDisposed ? null : cell.promptNode;
    if (prompt !== null) {
      const lines = [this._wordsFor(mark), words ?? ''];
      prompt.title = lines.filter(line => line !== '').join('\n');
      showTime(cell);
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

function showTime(cell: CodeCell): void {
  const { fastpathTime: label } = cell.node.dataset;
  const prompt = cell.isDisposed ? null : cell.promptNode;
  if (prompt === null) {
    return;
  }
  if (label === undefined) {
    delete prompt.dataset.fastpathTime;
  } else {
    prompt.dataset.fastpathTime = label;
  }
}
