import type { ServiceManagerPlugin } from '@jupyterlab/services';

import { MessageCounts } from '../core/messageCounts';
import { IMessageCounts } from '../tokens';

/**
 * How many messages have come.
 */
export const counts: ServiceManagerPlugin<IMessageCounts> = {
  id: 'jupyter-fastpath:counts',
  description: 'Provides how many messages each session of a kernel has got.',
  autoStart: true,
  provides: IMessageCounts,
  activate: () => new MessageCounts()
};
