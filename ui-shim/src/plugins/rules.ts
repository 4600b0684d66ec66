import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';

import { FastpathApi } from '../api';
import { ServerRules } from '../serverRules';
import { IServerRules } from '../tokens';

/**
 * What the administrator has set of outputs is known.
 */
export const rules: JupyterFrontEndPlugin<IServerRules> = {
  id: 'jupyter-fastpath:rules',
  description: 'Provides what the administrator has set of outputs.',
  autoStart: true,
  provides: IServerRules,
  activate: (app: JupyterFrontEnd) => {
    const api = new FastpathApi(app.serviceManager.serverSettings);
    const known = new ServerRules(api);
    if (PageConfig.getOption('fastpath') === 'on') {
      void known.refresh();
    }
    return known;
  }
};
