import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { URLExt } from '@jupyterlab/coreutils';

import { StateSocket } from '../stateSocket';
import { IKernelStates } from '../tokens';

/**
 * What kernels do and use at the moment can be watched.
 */
export const states: JupyterFrontEndPlugin<IKernelStates> = {
  id: 'jupyter-fastpath:states',
  description: 'Provides what kernels do and use, as the server tells it.',
  autoStart: true,
  provides: IKernelStates,
  activate: (app: JupyterFrontEnd) => {
    const settings = app.serviceManager.serverSettings;
    const { appendToken, token, wsUrl, WebSocket } = settings;
    const query = appendToken && token !== '' ? { token } : {};
    const url =
      URLExt.join(wsUrl, 'api/fastpath/state') +
      URLExt.objectToQueryString(query);
    return new StateSocket(() => new WebSocket(url));
  }
};
