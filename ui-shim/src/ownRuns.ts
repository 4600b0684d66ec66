import type { CodeCell } from '@jupyterlab/cells';
import type { KernelMessage } from '@jupyterlab/services';

import { RunCursor } from './core/backlog';
import type { IRun } from './core/protocol';
import { runOf } from './message';
import { futureOf } from './reattach';
import { seed } from './seed';

/**
 * Runs that this page has asked for itself, some of whose messages it has missed: their
 * own futures go on, but what their cells show has to be made good.
 */
export class OwnRuns {
  /**
   * Show in *cell* what is known of *run*, if that has a future there.
   *
   * @returns Whether it has.
   */
  restore(cell: CodeCell, run: IRun): boolean {
    if (futureOf(cell.outputArea)?.msg.header.msg_id !== run.run_id) {
      return false;
    }
    seed(cell, run, null, false);
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
    if (future?.msg.header.msg_id === runOf(msg)) {
      void future.onIOPub(msg);
    }
  }

  private readonly _restored = new Map<
    string,
    { readonly cell: CodeCell; readonly cursor: RunCursor }
  >();
}
