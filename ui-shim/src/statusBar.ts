import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { IStatusBar } from '@jupyterlab/statusbar';

import { KernelStatus } from './kernelStatus';
import { KernelWords } from './kernelWords';
import { SHOW_RUNS } from './runsCommand';
import type { RunWords } from './runWords';
import { StatusItem } from './statusItem';

/** How near to its end of the status bar the item is. */
const RANK = 2;

/**
 * Show in the status bar, if there is one, what the kernel of the current notebook does.
 */
export function addStatusItem(
  app: JupyterFrontEnd,
  statusBar: IStatusBar | null,
  options: Omit<KernelStatus.IOptions, 'shell' | 'item'> & {
    readonly words: RunWords;
  }
): void {
  if (statusBar === null) {
    return;
  }
  const item = new StatusItem(new KernelWords(options.words.trans), () => {
    void app.commands.execute(SHOW_RUNS);
  });
  const status = new KernelStatus({ ...options, shell: app.shell, item });
  statusBar.registerStatusItem('jupyter-fastpath:status', {
    item,
    align: 'left',
    rank: RANK,
    isActive: () => status.isActive,
    activeStateChanged: status.activeChanged
  });
}
