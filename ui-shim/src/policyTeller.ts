import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import type { FastpathApi } from './api';
import { METADATA_KEY, policyIn } from './policyMetadata';

/**
 * Tells the server what a notebook says of its outputs: when it gets a kernel, when that
 * is connected, and when the notebook says something else.
 */
export class PolicyTeller implements IDisposable {
  /**
   * Tell it from now on.
   */
  constructor(
    private readonly _panel: NotebookPanel,
    private readonly _api: FastpathApi
  ) {
    const { context, model, sessionContext } = _panel;
    model?.metadataChanged.connect(this._onMetadataChanged, this);
    sessionContext.kernelChanged.connect(this._tell, this);
    sessionContext.connectionStatusChanged.connect(this._onConnection, this);
    void context.ready.then(() => {
      this._tell();
    });
  }

  /** Whether nothing more is told. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * Tell nothing more.
   */
  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private _onMetadataChanged(_: unknown, { key }: { key: string }): void {
    if (key === METADATA_KEY) {
      this._tell();
    }
  }

  private _onConnection(_: unknown, status: Kernel.ConnectionStatus): void {
    if (status === 'connected') {
      this._tell();
    }
  }

  private _tell(): void {
    const { context, model, sessionContext } = this._panel;
    const kernel = sessionContext.session?.kernel;
    // What is not loaded yet says nothing yet.
    if (this._isDisposed || !context.isReady || !model || !kernel) {
      return;
    }
    const { id, clientId } = kernel;
    const policy = policyIn(model);
    // One after the other, so that the last is what counts.
    this._told = this._told.then(() => this._put(id, clientId, policy));
  }

  private async _put(
    kernelId: string,
    sessionId: string,
    policy: unknown
  ): Promise<void> {
    try {
      await this._api.setPolicy(kernelId, sessionId, policy);
    } catch (error) {
      console.warn('The server does not know the output policy.', error);
    }
  }

  private _told = Promise.resolve();
  private _isDisposed = false;
}
