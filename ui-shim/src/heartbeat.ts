import type { Kernel } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';

import type { FastpathApi } from './api';
import { Pulse } from './core/pulse';
import type { IMessageCounts } from './tokens';

/** Milliseconds between two looks. */
const INTERVAL = 10_000;

/**
 * Notices that the connection to a kernel is dead though nobody has said so, and that
 * the server is back though nobody tries it any more; and connects anew.
 */
export class Heartbeat implements IDisposable {
  /**
   * Look after a connection until it is disposed.
   */
  constructor(private readonly _options: Heartbeat.IOptions) {
    const { kernel } = _options;
    this._poll = new Poll({
      name: 'jupyter-fastpath:heartbeat',
      factory: () => this._look(),
      frequency: { interval: INTERVAL, backoff: false },
      standby: () => kernel.connectionStatus === 'connecting'
    });
    kernel.disposed.connect(this.dispose, this);
    window.addEventListener('online', this._hurry);
    document.addEventListener('visibilitychange', this._hurry);
  }

  /** Whether this looks no more. */
  get isDisposed(): boolean {
    return this._poll.isDisposed;
  }

  /**
   * Look no more.
   */
  dispose(): void {
    this._options.kernel.disposed.disconnect(this.dispose, this);
    window.removeEventListener('online', this._hurry);
    document.removeEventListener('visibilitychange', this._hurry);
    this._poll.dispose();
  }

  private readonly _hurry = (): void => {
    if (document.visibilityState === 'visible') {
      void this._poll.refresh();
    }
  };

  private async _look(): Promise<void> {
    const { kernel, api, counts } = this._options;
    // What arrives while the answer is under way must not look like a loss.
    const { id, clientId } = kernel;
    const before = counts.get(id, clientId);
    const standing = await api.standing(id, clientId);
    if (this.isDisposed) {
      return;
    }
    if (standing === null) {
      this.dispose();
      return;
    }
    const hasGivenUp = kernel.connectionStatus === 'disconnected';
    const isOpen = kernel.connectionStatus === 'connected';
    if (!isOpen) {
      this._pulse.forget();
    }
    const isDead = isOpen && this._pulse.isDead(standing, before);
    if (hasGivenUp || isDead) {
      await kernel.reconnect();
    }
  }

  private readonly _pulse = new Pulse();
  private readonly _poll: Poll;
}

/** What belongs to {@link Heartbeat}. */
export namespace Heartbeat {
  /** What it takes to look after a connection. */
  export interface IOptions {
    /** The connection. */
    readonly kernel: Kernel.IKernelConnection;

    /** Where the server is asked. */
    readonly api: FastpathApi;

    /** What has come over the connection. */
    readonly counts: IMessageCounts;
  }
}
