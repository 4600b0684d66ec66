import type { Kernel } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';

import type { FastpathApi } from './api';
import { Pulse } from './core/pulse';
import type { IMessageCounts } from './tokens';

/** Milliseconds between two looks while all is well. */
const INTERVAL = 10_000;

/** And while the connection is broken; longer when the server does not answer, up to a limit. */
const SOON = 2000;
const LONGEST = 8000;

/**
 * Notices that the connection to a kernel is dead though nobody has said so, and that
 * the server is back before anybody tries it again; and connects anew.
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
      frequency: { interval: SOON, backoff: true, max: LONGEST },
      standby: () => !this._isDue
    });
    kernel.disposed.connect(this.dispose, this);
    kernel.connectionStatusChanged.connect(this._onStatus, this);
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
    const { kernel } = this._options;
    kernel.disposed.disconnect(this.dispose, this);
    kernel.connectionStatusChanged.disconnect(this._onStatus, this);
    window.removeEventListener('online', this._hurry);
    document.removeEventListener('visibilitychange', this._hurry);
    this._poll.dispose();
  }

  /** Whether it is time to look. */
  private get _isDue(): boolean {
    return this._options.kernel.connectionStatus === 'connecting'
      ? !this._hasHurried
      : performance.now() >= this._dueAt;
  }

  private _onStatus(_: unknown, status: Kernel.ConnectionStatus): void {
    this._hasHurried = status !== 'connecting';
  }

  private readonly _hurry = (): void => {
    if (document.visibilityState === 'visible') {
      this._dueAt = 0;
      this._hasHurried = false;
      void this._poll.refresh();
    }
  };

  private async _look(): Promise<void> {
    const { kernel, api, counts } = this._options;
    this._dueAt = performance.now() + INTERVAL;
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
    const { connectionStatus: status } = kernel;
    if (status !== 'connected') {
      this._pulse.forget();
    } else if (!this._pulse.isDead(standing, before)) {
      return;
    }
    kernel.reconnect().catch(() => {
      // It is tried again by who always does.
    });
    // Once: an attempt may take longer than until the next look.
    this._hasHurried = true;
  }

  private readonly _pulse = new Pulse();
  private _dueAt = 0;
  private _hasHurried = true;
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
