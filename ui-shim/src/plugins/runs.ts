import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { FastpathApi } from '../api';
import { CellMarks } from '../cellMark';
import { followNotebooks } from '../notebooks';
import { OutputSettings } from '../outputSettings';
import { Paints } from '../paints';
import { PanelRuns } from '../panelRuns';
import { SavingSettings } from '../savingSettings';
import { IMessageCounts, ISavingSettings, ITextSettings } from '../tokens';

/**
 * Notebooks show what their kernels do, whoever asked for it.
 */
export const runs: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-fastpath:runs',
  description: 'Shows runs in notebooks that the page did not start.',
  autoStart: true,
  requires: [INotebookTracker, IMessageCounts],
  optional: [ITextSettings, ISavingSettings, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    counts: IMessageCounts,
    settings: ITextSettings | null,
    savingSettings: ISavingSettings | null,
    translator: ITranslator | null
  ) => {
    if (PageConfig.getOption('fastpath') !== 'on') {
      return;
    }
    const { contents, serverSettings } = app.serviceManager;
    const api = new FastpathApi(serverSettings);
    const trans = (translator ?? nullTranslator).load('jupyter_fastpath');
    const marks = new CellMarks(trans);
    const text = settings ?? new OutputSettings();
    const saving = savingSettings ?? new SavingSettings(null);
    const paints = new Paints();
    const shared = { api, marks, counts, text, saving, contents, paints };
    followNotebooks(tracker, panel => new PanelRuns({ panel, ...shared }));
  }
};
