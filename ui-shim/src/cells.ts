import { CodeCell } from '@jupyterlab/cells';
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
