import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import { runOf, typeOf } from './message';
import type { Paints } from './paints';
import type { IKernelStates } from './tokens';

/** What is put out where the run is shown. */
const OUTPUTS = new Set(['stream', 'display_data', 'execute_result', 'error']);

/** A run that this page has asked for, with times of the page in milliseconds. */
interface IAsked {
  readonly sentAt: number;
  first: Promise<number | null> | null;
}

/**
 * Tells the server how long it took until this page had painted what runs that it has asked
 * for put out.
 */
export class PaintReports implements IDisposable {
  /**
   * Measure what is asked of a kernel from now on, while the server is there to be told.
   */
  constructor(
    private readonly _kernel: Kernel.IKernelConnection,
    private readonly _states: IKernelStates,
    private readonly _paints: Paints
  ) {
    _kernel.anyMessage.connect(this._onAnyMessage, this);
    // For good: what is disconnected from a signal has Lumino ask for a frame.
    _kernel.iopubMessage.connect(this._onIOPub, this);
  }

  /** Whether nothing more is measured. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * Measure nothing more.
   */
  dispose(): void {
    this._isDisposed = true;
    this._asked.clear();
    Signal.clearData(this);
  }

  private _onAnyMessage(
    _: unknown,
    { msg, direction }: Kernel.IAnyMessageArgs
  ): void {
    if (
      direction === 'send' &&
      msg.header.msg_type === 'execute_request' &&
      this._states.isOpen
    ) {
      const sentAt = performance.now();
      this._asked.set(msg.header.msg_id, { sentAt, first: null });
    }
  }

  private _onIOPub(_: unknown, msg: KernelMessage.IIOPubMessage): void {
    const run = this._asked.get(runOf(msg));
    if (run === undefined) {
      return;
    }
    const type = typeOf(msg);
    if (type === 'cell_done') {
      void this._done(runOf(msg), run);
    } else if (run.first === null && OUTPUTS.has(type)) {
      run.first = this._paints.next();
    }
  }

  private async _done(runId: string, run: IAsked): Promise<void> {
    this._asked.delete(runId);
    const [first, done] = await Promise.all([run.first, this._paints.next()]);
    if (!this._isDisposed && (first !== null || done !== null)) {
      this._states.painted(this._kernel.id, runId, {
        first_output: secondsBetween(run.sentAt, first),
        done: secondsBetween(run.sentAt, done)
      });
    }
  }

  private readonly _asked = new Map<string, IAsked>();
  private _isDisposed = false;
}

function secondsBetween(start: number, end: number | null): number | null {
  return end === null ? null : (end - start) / 1000;
}
