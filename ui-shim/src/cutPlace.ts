import type { INotebookTracker } from '@jupyterlab/notebook';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';

/** The cell of a notebook that something is shown in. */
export interface ICutPlace {
  /** The cell. */
  readonly cellId: string;

  /** What shows the outputs of its notebook. */
  readonly rendermime: IRenderMimeRegistry;
}

/**
 * Return the cell that *node* is in; null if it is elsewhere, as in a console.
 */
export function placeOf(
  node: HTMLElement,
  tracker: INotebookTracker | null
): ICutPlace | null {
  const panel = tracker?.find(({ content }) => content.node.contains(node));
  const cell = panel?.content.widgets.find(one => one.node.contains(node));
  return panel === undefined || cell === undefined
    ? null
    : {
        cellId: cell.model.sharedModel.getId(),
        rendermime: panel.content.rendermime
      };
}
