import type { Kernel } from '@jupyterlab/services';

import type { FastpathApi } from './api';
import type { IMessageCounts } from './tokens';

/** For how long somebody who saves waits for output, and how often it is looked for. */
const PATIENCE = 3000;
const LOOK = 100;

/**
 * Connect to a kernel again, if need be, and return when all that was sent meanwhile has
 * come, or when that takes too long.
 *
 * @returns Whether it has.
 */
export async function catchUp(options: ICatchUpOptions): Promise<boolean> {
  const { kernel } = options;
  if (kernel.connectionStatus !== 'connected') {
    kernel.reconnect().catch(() => {
      // It is tried again by who always does.
    });
  }
  const until = performance.now() + PATIENCE;
  while (!(await isThere(options))) {
    if (performance.now() > until) {
      return false;
    }
    await new Promise(resolve => setTimeout(resolve, LOOK));
  }
  return true;
}

/** What it takes to know what has come. */
export interface ICatchUpOptions {
  /** The connection to the kernel. */
  readonly kernel: Kernel.IKernelConnection;

  /** Where the server is asked. */
  readonly api: FastpathApi;

  /** What has come over the connection. */
  readonly counts: IMessageCounts;

  /** Whether something still has to come, as far as this page knows. */
  readonly isBusy: () => boolean;
}

async function isThere({
  kernel,
  api,
  counts,
  isBusy
}: ICatchUpOptions): Promise<boolean> {
  const { id, clientId } = kernel;
  const standing = await api.standing(id, clientId);
  if (standing === null) {
    // It is none of ours, or gone; then the connection will know that in a moment.
    return !isBusy();
  }
  return standing.is_connected && counts.get(id, clientId) >= standing.sent;
}
