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
import { PanelRuns } from '../panelRuns';
import { IMessageCounts, ITextSettings } from '../tokens';

/**
 * Notebooks show what their kernels do, whoever asked for it.
 */
export const runs: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-fastpath:runs',
  description: 'Shows runs in notebooks that the page did not start.',
  autoStart: true,
  requires: [INotebookTracker, IMessageCounts],
  optional: [ITextSettings, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    counts: IMessageCounts,
    settings: ITextSettings | null,
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
    followNotebooks(
      tracker,
      panel => new PanelRuns({ panel, api, marks, counts, text, contents })
    );
  }
};
