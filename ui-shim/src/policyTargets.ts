import type { JupyterFrontEnd } from '@jupyterlab/application';
import { CodeCell } from '@jupyterlab/cells';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { findCell } from './cells';

/** What a command is about: a notebook, and one of its code cells if there is one. */
export interface ITarget {
  /** A view of the notebook. */
  readonly panel: NotebookPanel;

  /** The cell in that. */
  readonly cell: CodeCell | null;
}

/**
 * Finds what commands are about.
 */
export class PolicyTargets {
  /**
   * Look for it in the notebooks of a page.
   */
  constructor(
    private readonly _app: JupyterFrontEnd,
    private readonly _tracker: INotebookTracker
  ) {}

  /**
   * Return what a command with these arguments is about: the cell with the ID `cellId`,
   * the one under the mouse if it `isContextMenu`, or else the one that is active; null
   * if there is no such notebook.
   */
  find(args: ReadonlyPartialJSONObject): ITarget | null {
    const { cellId, isContextMenu } = args;
    if (typeof cellId === 'string') {
      return this._search(panel => findCell(panel, cellId));
    }
    if (isContextMenu === true) {
      const node = this._app.contextMenuHitTest(one =>
        one.classList.contains('jp-CodeCell')
      );
      return this._search(panel => cellOf(panel, node));
    }
    const panel = this._tracker.currentWidget;
    if (panel === null || panel !== this._app.shell.currentWidget) {
      return null;
    }
    const cell = panel.content.activeCell;
    return { panel, cell: cell instanceof CodeCell ? cell : null };
  }

  /** Views of the same notebook have the same cells: the current one goes first. */
  private _search(
    choose: (panel: NotebookPanel) => CodeCell | null
  ): ITarget | null {
    const { currentWidget } = this._tracker;
    const panel =
      currentWidget !== null && choose(currentWidget) !== null
        ? currentWidget
        : this._tracker.find(view => choose(view) !== null);
    return panel === undefined ? null : { panel, cell: choose(panel) };
  }
}

function cellOf(
  panel: NotebookPanel,
  node: HTMLElement | undefined
): CodeCell | null {
  const cell = panel.content.widgets.find(widget => widget.node === node);
  return cell instanceof CodeCell ? cell : null;
}
