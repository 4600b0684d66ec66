import type { KernelMessage } from '@jupyterlab/services';

import { isRecord } from './core/guards';

/**
 * Return the type of a message, which may be one of ours.
 */
export function typeOf(msg: {
  readonly header: { readonly msg_type: string };
}): string {
  return msg.header.msg_type;
}

/**
 * Return the run that a message belongs to; nothing if it belongs to none.
 */
export function runOf(msg: Readonly<KernelMessage.IMessage>): string {
  const parent: unknown = msg.parent_header;
  return isRecord(parent) ? String(parent.msg_id) : '';
}

/**
 * Return *msg*, which is for a display, as one that changes a display there is.
 */
export function asUpdate(
  msg: KernelMessage.IIOPubMessage
): KernelMessage.IIOPubMessage {
  const header = { ...msg.header, msg_type: 'update_display_data' as const };
  return { ...msg, header };
}
