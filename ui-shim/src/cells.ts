import { CodeCell, type Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';

/**
 * Return the code cell with this ID; null if there is none in *panel*.
 */
export function findCell(
  panel: NotebookPanel,
  cellId: unknown
): CodeCell | null {
  const found = panel.content.widgets.find(
    cell => cell.model.sharedModel.getId() === cellId
  );
  return found instanceof CodeCell ? found : null;
}

/**
 * Call *follow* with each cell of *panel*, those that come later included, until *owner*
 * listens no more.
 */
export function followCells(
  panel: NotebookPanel,
  owner: object,
  follow: (cell: Cell) => void
): void {
  // The notebook listens for longer: its widgets of new cells are there already.
  panel.model?.cells.changed.connect((_, { newIndex, newValues }) => {
    const { widgets } = panel.content;
    widgets.slice(newIndex, newIndex + newValues.length).forEach(follow);
  }, owner);
  panel.content.widgets.forEach(follow);
}
