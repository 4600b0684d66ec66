import type { Cell } from '@jupyterlab/cells';
import type { Notebook } from '@jupyterlab/notebook';

/**
 * What the cells of a notebook are marked as: the active one, those that are selected.
 */
export class CellMarks {
  /**
   * Begin with no marks.
   */
  constructor(private readonly _notebook: Notebook) {}

  /**
   * Return whether the marks have changed since this was asked before.
   */
  areStale(): boolean {
    const { activeCell, mode, widgets } = this._notebook;
    const selected = widgets.filter(cell => this._notebook.isSelected(cell));
    const now = [activeCell, mode, ...selected];
    const isStale = !isSame(now, this._marks) || !isSame(widgets, this._cells);
    this._marks = now;
    this._cells = isStale ? [...widgets] : this._cells;
    return isStale;
  }

  private _marks: readonly unknown[] = [];
  private _cells: readonly Cell[] = [];
}

function isSame(one: readonly unknown[], other: readonly unknown[]): boolean {
  return (
    one.length === other.length && one.every((each, i) => each === other[i])
  );
}
