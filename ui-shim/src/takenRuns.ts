import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel, KernelMessage } from '@jupyterlab/services';

import { findCell } from './cells';
import { asUpdate, runOf } from './message';
import { TakenRun } from './takenRun';
import type { ITextSettings } from './tokens';

/**
 * The runs of one kernel that this page has taken up.
 */
export class TakenRuns {
  /**
   * Begin with none.
   */
  constructor(private readonly _options: TakenRuns.IOptions) {}

  /** Those that have not ended, by their IDs. */
  get open(): [string, TakenRun][] {
    return [...this._runs].filter(([, { isDone }]) => !isDone);
  }

  /**
   * Return a run; nothing if this page has not taken it up.
   */
  get(runId: string): TakenRun | undefined {
    return this._runs.get(runId);
  }

  /**
   * Take up a run of a cell.
   */
  add(cellId: string, runId: string): TakenRun {
    const { kernel, panel, text, released } = this._options;
    const taken = new TakenRun({
      kernel,
      text,
      model: panel.context.model,
      cellId,
      runId,
      released: () => {
        this._runs.delete(runId);
        if (!taken.isDone) {
          released(cellId, runId);
        }
      }
    });
    this._runs.set(runId, taken);
    return taken;
  }

  /**
   * Change displays of other runs than that of *msg*, as the kernel connection does for
   * its own.
   */
  update(msg: KernelMessage.IIOPubMessage): void {
    for (const [runId, run] of this._runs) {
      if (runId !== runOf(msg)) {
        run.update(asUpdate(msg));
      }
    }
  }

  /**
   * Let the cell of a run ask for what that wants to be told by *msg*.
   */
  ask(msg: KernelMessage.IInputRequestMsg): void {
    const run = this._runs.get(runOf(msg));
    const cell = run && findCell(this._options.panel, run.cellId);
    if (run && cell) {
      run.ask(cell, msg);
    }
  }

  /**
   * Note that what these runs put out belongs into the notebook as this page has it.
   *
   * @returns Those of them that have not ended.
   */
  own(runIds: readonly string[]): string[] {
    for (const runId of runIds) {
      this._runs.get(runId)?.own();
    }
    return runIds.filter(runId => this._runs.get(runId)?.isDone === false);
  }

  private readonly _runs = new Map<string, TakenRun>();
}

/** What belongs to {@link TakenRuns}. */
export namespace TakenRuns {
  /** What it takes to take up runs. */
  export interface IOptions {
    /** The connection to the kernel that runs them. */
    readonly kernel: Kernel.IKernelConnection;

    /** The notebook. */
    readonly panel: NotebookPanel;

    /** How text is shown. */
    readonly text: ITextSettings;

    /** Called when a cell shows no more of a run that has not ended. */
    readonly released: (cellId: string, runId: string) => void;
  }
}
