import type { ServiceManagerPlugin } from '@jupyterlab/services';
import { IServerSettings, ServerConnection } from '@jupyterlab/services';

import { countingSocket } from '../socket';
import { IMessageCounts } from '../tokens';

/**
 * How the page talks to its server: as it does without us, but the sockets of kernels
 * go on exactly where the last one broke.
 */
export const connection: ServiceManagerPlugin<ServerConnection.ISettings> = {
  id: 'jupyter-fastpath:connection',
  description: 'Provides how the page talks to its server.',
  autoStart: true,
  requires: [IMessageCounts],
  provides: IServerSettings,
  activate: (_: null, counts: IMessageCounts) =>
    ServerConnection.makeSettings({ WebSocket: countingSocket(counts) })
};
