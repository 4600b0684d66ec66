import type { ServiceManagerPlugin } from '@jupyterlab/services';
import { IServerSettings, ServerConnection } from '@jupyterlab/services';

/**
 * How the page talks to its server: for now, as it does without us.
 */
export const connection: ServiceManagerPlugin<ServerConnection.ISettings> = {
  id: 'jupyter-fastpath:connection',
  description: 'Provides how the page talks to its server.',
  autoStart: true,
  provides: IServerSettings,
  activate: () => ServerConnection.makeSettings()
};
