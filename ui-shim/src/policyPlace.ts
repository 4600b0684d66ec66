import type { ICellModel } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';

import type { IPlace } from './core/policy';
import { policyIn } from './policyMetadata';

/** What shows a cell. */
export interface ICellOwner {
  /** The cell. */
  readonly model: ICellModel;
}

/**
 * Return where the outputs of *cell* belong, or of a notebook if it is null, and what is
 * said there.
 */
export function placeOf(
  { context }: Pick<NotebookPanel, 'context'>,
  cell: ICellOwner | null
): IPlace {
  return {
    path: context.localPath,
    notebook: policyIn(context.model),
    cell: cell === null ? undefined : policyIn(cell.model)
  };
}
