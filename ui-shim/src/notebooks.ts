import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { IDisposable } from '@lumino/disposable';

/**
 * Let one panel of each open notebook be followed: views of the same notebook share
 * all that is shown.
 *
 * @param tracker - The panels of this page.
 * @param follow - Begin to follow one.
 */
export function followNotebooks(
  tracker: INotebookTracker,
  follow: (panel: NotebookPanel) => IDisposable
): void {
  const followed = new Set<NotebookPanel['context']>();

  function add(panel: NotebookPanel): void {
    const { context } = panel;
    if (followed.has(context)) {
      return;
    }
    followed.add(context);
    const follower = follow(panel);
    panel.disposed.connect(() => {
      follower.dispose();
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
