import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { cutFactory } from '../cutFactory';
import { CutSource } from '../cutSource';

/**
 * Where something was left out of an output, it can be had back.
 */
export const cuts: JupyterFrontEndPlugin<void> = {
  id: 'jupyter-fastpath:cuts',
  description: 'Shows what was left out of outputs.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  optional: [INotebookTracker, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    rendermime: IRenderMimeRegistry,
    tracker: INotebookTracker | null,
    translator: ITranslator | null
  ) => {
    if (PageConfig.getOption('fastpath') !== 'on') {
      return;
    }
    const source = new CutSource(app.serviceManager.serverSettings);
    const trans = (translator ?? nullTranslator).load('jupyter_fastpath');
    const { commands } = app;
    rendermime.addFactory(
      cutFactory({ rendermime, tracker, source, commands, trans })
    );
  }
};
