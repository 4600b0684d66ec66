import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import { INotebookTracker } from '@jupyterlab/notebook';

import { keptOutputsOf } from '../keptOutputs';
import { followNotebooks } from '../notebooks';
import { PageCounters } from '../pageCounters';
import { IKernelStates, IPageCounters } from '../tokens';

/**
 * What the page has of notebooks, and how smoothly they are scrolled, is counted.
 */
export const pageCounters: JupyterFrontEndPlugin<IPageCounters> = {
  id: 'jupyter-fastpath:pageCounters',
  description: 'Counts what the page has of notebooks, and tells the server.',
  autoStart: true,
  provides: IPageCounters,
  requires: [INotebookTracker, IKernelStates],
  activate: (
    _: JupyterFrontEnd,
    tracker: INotebookTracker,
    states: IKernelStates
  ) => {
    const counters = new PageCounters(states, keptOutputsOf);
    if (PageConfig.getOption('fastpath') === 'on') {
      followNotebooks(tracker, panel => counters.follow(panel));
    }
    return counters;
  }
};
