import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { PageConfig } from '@jupyterlab/coreutils';
import { INotebookTracker } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { FastpathApi } from '../api';
import { addPolicyCommands, offerPolicyCommands } from '../policyCommands';
import { followPolicies } from '../policyPanels';
import { PolicySettings } from '../policySettings';
import { PolicyTargets } from '../policyTargets';
import { PolicyWords } from '../policyWords';
import { IServerRules } from '../tokens';

const ID = 'jupyter-fastpath:policy';

/**
 * People see and set how much of what cells put out is shown, saved and kept.
 */
export const policy: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Shows and sets how much of the outputs is shown and kept.',
  autoStart: true,
  requires: [INotebookTracker, IServerRules],
  optional: [ISettingRegistry, ICommandPalette, ITranslator],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    rules: IServerRules,
    registry: ISettingRegistry | null,
    palette: ICommandPalette | null,
    translator: ITranslator | null
  ) => {
    if (PageConfig.getOption('fastpath') !== 'on') {
      return;
    }
    const api = new FastpathApi(app.serviceManager.serverSettings);
    const trans = (translator ?? nullTranslator).load('jupyter_fastpath');
    const settings = new PolicySettings();
    void settings.follow(registry, ID);
    followPolicies(tracker, { api, rules, settings, trans });
    const { commands } = app;
    const targets = new PolicyTargets(app, tracker);
    const words = new PolicyWords(trans);
    addPolicyCommands({ commands, targets, rules, words });
    offerPolicyCommands(palette, trans);
  }
};
