import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { IStatusBar } from '@jupyterlab/statusbar';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { CellMarks } from '../cellMark';
import { CurrentNotebook } from '../currentNotebook';
import { followNotebooks } from '../notebooks';
import { PanelStatus } from '../panelStatus';
import { Paints } from '../paints';
import { addRunsCommand } from '../runsCommand';
import { RunWords } from '../runWords';
import { addStatusItem } from '../statusBar';
import { StatusSettings } from '../statusSettings';
import { Ticker } from '../ticker';
import { IKernelStates } from '../tokens';

const ID = 'jupyter-fastpath:status';

/**
 * People see what kernels do and use, and for how long cells run.
 */
export const status: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Shows what kernels do and use, and for how long cells run.',
  autoStart: true,
  requires: [INotebookTracker, IKernelStates],
  optional: [IStatusBar, ISettingRegistry, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    states: IKernelStates,
    statusBar: IStatusBar | null,
    registry: ISettingRegistry | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    if (PageConfig.getOption('fastpath') !== 'on') {
      return;
    }
    const trans = (translator ?? nullTranslator).load('jupyter_fastpath');
    const settings = new StatusSettings();
    const words = new RunWords(trans);
    const ticker = new Ticker();
    const notebook = new CurrentNotebook(tracker);
    const marks = new CellMarks(trans);
    const shared = { states, settings, words, ticker, notebook, marks };
    const paints = new Paints();
    void settings.follow(registry, ID);
    followNotebooks(
      tracker,
      panel => new PanelStatus({ panel, paints, ...shared })
    );
    addRunsCommand(app, palette, shared);
    addStatusItem(app, statusBar, shared);
  }
};
