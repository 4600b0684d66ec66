import type { Notebook } from '@jupyterlab/notebook';

/**
 * Let the cells of a notebook that are not in the page be deleted without an error.
 *
 * Where only the rows that are near are in the page, *JupyterLab* takes those with text
 * out of it when they are scrolled away, and once more when they are deleted.
 */
export function letHiddenRowsGo({ layout }: Notebook): void {
  const removeWidget = layout.removeWidget.bind(layout);
  layout.removeWidget = row => {
    if (row.node.parentElement !== null) {
      removeWidget(row);
    }
  };
}
