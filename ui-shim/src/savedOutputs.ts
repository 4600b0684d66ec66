import type { ICodeCellModel } from '@jupyterlab/cells';
import type * as nbformat from '@jupyterlab/nbformat';
import type { INotebookModel } from '@jupyterlab/notebook';

import { isEqual, isRecord } from './core/guards';
import { quietly } from './quietly';

/**
 * Show in *model* the outputs that *file*, a notebook, has for the same cells.
 *
 * @param isLeft - Whether the outputs of the cell with this ID are left as they are.
 */
export function takeOutputs(
  model: INotebookModel,
  file: unknown,
  isLeft: (cellId: string) => boolean
): void {
  const cells = isRecord(file) && Array.isArray(file.cells) ? file.cells : [];
  const saved = new Map<unknown, unknown>(
    cells.map(cell => [isRecord(cell) ? cell.id : undefined, cell])
  );
  for (const cell of model.cells) {
    const found = saved.get(cell.id);
    if (isCode(cell) && isCodeCell(found) && !isLeft(cell.id)) {
      quietly(model, () => {
        take(cell, found);
      });
    }
  }
}

function take(cell: ICodeCellModel, saved: nbformat.ICodeCell): void {
  cell.executionCount = saved.execution_count;
  if (isEqual(cell.outputs.toJSON(), saved.outputs)) {
    return;
  }
  cell.outputs.clear();
  // Only now: nothing else is trusted by this.
  cell.trusted = saved.metadata.trusted === true;
  cell.outputs.fromJSON(saved.outputs);
}

function isCode(cell: { readonly type: string }): cell is ICodeCellModel {
  return cell.type === 'code';
}

function isCodeCell(cell: unknown): cell is nbformat.ICodeCell {
  return (
    isRecord(cell) &&
    cell.cell_type === 'code' &&
    Array.isArray(cell.outputs) &&
    isRecord(cell.metadata)
  );
}
