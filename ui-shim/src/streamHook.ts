import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import { findCell } from './cells';
import { writeStream } from './streamWriter';
import type { ITextSettings } from './tokens';

/**
 * Has the streams of runs that a notebook asks a kernel for written by us.
 */
export class StreamHook implements IDisposable {
  /**
   * Listen to what is asked for from now on.
   */
  constructor(
    private readonly _panel: NotebookPanel,
    private readonly _kernel: Kernel.IKernelConnection,
    private readonly _settings: ITextSettings
  ) {
    _kernel.anyMessage.connect(this._onAnyMessage, this);
  }

  /** Whether this listens no more. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /** Listen no more; runs that have begun go on as they are. */
  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private _onAnyMessage(
    _: unknown,
    { msg, direction }: Kernel.IAnyMessageArgs
  ): void {
    const { cellId } = msg.metadata;
    if (direction === 'send' && msg.header.msg_type === 'execute_request') {
      // There is no future to hook into before the request has been sent.
      queueMicrotask(() => {
        this._hook(msg.header.msg_id, cellId);
      });
    }
  }

  private _hook(runId: string, cellId: unknown): void {
    if (this._kernel.isDisposed) {
      return;
    }
    let cell = findCell(this._panel, cellId);
    this._kernel.registerMessageHook(runId, msg => {
      if (cell?.isDisposed === true) {
        // One that is moved, or restored, is another one.
        cell = findCell(this._panel, cellId);
      }
      return cell === null || !writeStream(cell, runId, msg, this._settings);
    });
  }

  private _isDisposed = false;
}
