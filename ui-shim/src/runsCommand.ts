import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import { listIcon } from '@jupyterlab/ui-components';

import { RunsPanel } from './runsPanel';

/** The command that shows the latest runs. */
export const SHOW_RUNS = 'jupyter-fastpath:show-runs';

/**
 * Add the command that shows the latest runs, and offer it in the palette, if there is one.
 */
export function addRunsCommand(
  app: JupyterFrontEnd,
  palette: ICommandPalette | null,
  options: Omit<RunsPanel.IOptions, 'shell'>
): void {
  const { commands, shell } = app;
  const { trans } = options.words;
  let panel: RunsPanel | null = null;
  commands.addCommand(SHOW_RUNS, {
    label: trans.__('Fastpath: Show Runs'),
    caption: trans.__('Show the latest runs of the current notebook'),
    icon: listIcon,
    execute: () => {
      if (panel === null || panel.isDisposed) {
        panel = new RunsPanel({ ...options, shell });
        shell.add(panel, 'right', { rank: 600, type: 'Fastpath' });
      }
      shell.activateById(panel.id);
    },
    describedBy: { args: { type: 'object', properties: {} } }
  });
  const category = trans.__('Notebook Output');
  palette?.addItem({ command: SHOW_RUNS, category });
}
