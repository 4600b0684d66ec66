import { setText } from './bar';
import { elapsedOf } from './core/cellRuns';
import { timeOf } from './core/durations';
import type { IRunRecord } from './core/kernelTopics';
import type { IRunColumn } from './runColumns';
import { isBad, type RunWords } from './runWords';

/**
 * A run in a table of runs.
 */
export class RunRow {
  /**
   * Tell nothing, so far.
   *
   * @param _columns - What is told, besides the cell and how the run stands.
   * @param _words - How it is said.
   * @param go - Shows the cell.
   */
  constructor(
    private readonly _columns: readonly IRunColumn[],
    private readonly _words: RunWords,
    go: () => void
  ) {
    this._button.type = 'button';
    this.node.addEventListener('click', () => {
      if (!this._button.disabled) {
        go();
      }
    });
    this.node.insertCell().append(this._button);
    this.node.insertCell().append(this._state, this._reason);
    for (const { name } of _columns) {
      const cell = this.node.insertCell();
      cell.dataset.column = name;
      this._cells.set(name, cell);
    }
  }

  /** The element. */
  readonly node = document.createElement('tr');

  /**
   * Tell this of the run.
   *
   * @param source - What is shown of the cell; null if that is not there.
   * @param now - The time of the server.
   */
  show(run: IRunRecord, source: string | null, now: number): void {
    const { trans } = this._words;
    const number = run.execution_count ?? ' ';
    const gone =
      run.cell_id === null ? trans.__('(no cell)') : trans.__('(cell is gone)');
    setText(this._button, `[${String(number)}] ${source ?? gone}`);
    this._button.title = source ?? gone;
    this._button.disabled = source === null;
    const hasFailed = isBad(run) || run.status === 'error';
    this.node.dataset.state = hasFailed ? 'bad' : run.state;
    setText(this._state, this._words.stateOf(run));
    setText(this._reason, run.reason ?? '');
    for (const { name, textOf } of this._columns) {
      this._set(name, textOf(run));
    }
    this.node.toggleAttribute('data-lost', run.lost > 0);
    this.tick(run, now);
  }

  /**
   * Tell for how long the run has been going on, if it does.
   */
  tick(run: IRunRecord, now: number): void {
    const elapsed = elapsedOf(run, now);
    if (elapsed !== null) {
      this._set('duration', timeOf(elapsed));
    }
  }

  /**
   * Let the cell of the run have the focus of the keyboard.
   */
  focus(): void {
    this._button.focus();
  }

  private _set(name: string, text: string): void {
    const cell = this._cells.get(name);
    if (cell !== undefined) {
      setText(cell, text);
    }
  }

  private readonly _button = document.createElement('button');
  private readonly _state = document.createElement('span');
  private readonly _reason = document.createElement('small');
  private readonly _cells = new Map<string, HTMLTableCellElement>();
}
