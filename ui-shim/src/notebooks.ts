import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';

import type { PanelRuns } from './panelRuns';

/**
 * Let one panel of each open notebook be followed: views of the same notebook share
 * all that is shown.
 *
 * @param tracker - The panels of this page.
 * @param follow - Begin to follow one.
 */
export function followNotebooks(
  tracker: INotebookTracker,
  follow: (panel: NotebookPanel) => PanelRuns
): void {
  const followed = new Set<NotebookPanel['context']>();

  function add(panel: NotebookPanel): void {
    const { context } = panel;
    if (followed.has(context)) {
      return;
    }
    followed.add(context);
    const runs = follow(panel);
    panel.disposed.connect(() => {
      runs.dispose();
      followed.delete(context);
      const other = tracker.find(
        view => view !== panel && view.context === context
      );
      if (other !== undefined) {
        add(other);
      }
    });
  }

  tracker.forEach(add);
  tracker.widgetAdded.connect((_, panel) => {
    add(panel);
  });
}
