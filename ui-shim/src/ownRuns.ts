import type { CodeCell } from '@jupyterlab/cells';
import type { KernelMessage } from '@jupyterlab/services';

import { RunCursor } from './core/backlog';
import type { IRun } from './core/protocol';
import { runOf } from './message';
import { futureOf } from './reattach';
import { seed } from './seed';
import { StreamWriter, writeStream } from './streamWriter';
import type { ITextSettings } from './tokens';

/**
 * Runs that this page has asked for itself, some of whose messages it has missed: their
 * own futures go on, but what their cells show has to be made good.
 */
export class OwnRuns {
  /**
   * Restore nothing, so far.
   */
  constructor(private readonly _text: ITextSettings) {}

  /**
   * Show in *cell* what is known of *run*, if that has a future there.
   *
   * @returns Whether it has.
   */
  restore(cell: CodeCell, run: IRun): boolean {
    if (futureOf(cell.outputArea)?.msg.header.msg_id !== run.run_id) {
      return false;
    }
    const writer = StreamWriter.of(cell.model.outputs, this._text);
    seed(cell, run, null, false, writer);
    const cursor = new RunCursor(run.cursor);
    this._restored.set(run.run_id, { cell, cursor });
    return true;
  }

  /**
   * Show again what the future had shown of *msg* before its cell was restored, unless
   * that was restored with it.
   */
  repeat(msg: KernelMessage.IIOPubMessage): void {
    const restored = this._restored.get(runOf(msg));
    if (restored?.cursor.passes(msg.metadata) !== true) {
      return;
    }
    const future = futureOf(restored.cell.outputArea);
    const { cell } = restored;
    if (
      future?.msg.header.msg_id === runOf(msg) &&
      !writeStream(cell, runOf(msg), msg, this._text)
    ) {
      void future.onIOPub(msg);
    }
  }

  private readonly _restored = new Map<
    string,
    { readonly cell: CodeCell; readonly cursor: RunCursor }
  >();
}
