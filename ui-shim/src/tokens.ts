import { Token } from '@lumino/coreutils';

import type { MessageCounts } from './core/messageCounts';

/**
 * How many messages each session of a kernel has got in this page.
 */
export type IMessageCounts = MessageCounts;

/** The token of {@link IMessageCounts}. */
export const IMessageCounts = new Token<IMessageCounts>(
  'jupyter-fastpath:IMessageCounts',
  'How many messages each session of a kernel has got in this page.'
);
