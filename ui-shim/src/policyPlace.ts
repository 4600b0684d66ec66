import type { Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';

import type { IPlace } from './core/policy';
import { policyIn } from './policyMetadata';

/**
 * Return where the outputs of *cell* belong, or of a notebook if it is null, and what is
 * said there.
 */
export function placeOf(panel: NotebookPanel, cell: Cell | null): IPlace {
  return {
    path: panel.context.localPath,
    notebook: panel.model === null ? undefined : policyIn(panel.model),
    cell: cell === null ? undefined : policyIn(cell.model)
  };
}
