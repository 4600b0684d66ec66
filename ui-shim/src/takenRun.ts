import type { CodeCell } from '@jupyterlab/cells';
import type { Kernel, KernelMessage } from '@jupyterlab/services';
import type { IStdin } from '@jupyterlab/outputarea';

import { RunCursor } from './core/backlog';
import type { ICellDone, IInputRequest, IRun } from './core/protocol';
import { quietly } from './quietly';
import { reattach } from './reattach';
import { RecoveredFuture } from './recoveredFuture';
import { seed } from './seed';
import { StreamWriter } from './streamWriter';
import type { ITextSettings } from './tokens';

/**
 * A run that this page has taken up, and the cell that shows it.
 */
export class TakenRun {
  /**
   * Take up a run; it is shown from {@link begin} or {@link resume} on.
   */
  constructor(private readonly _options: TakenRun.IOptions) {
    this.future = new RecoveredFuture(
      _options.kernel,
      _options.runId,
      _options.released
    );
    this.future.registerMessageHook(msg => this._writer?.receive(msg) !== true);
  }

  /** What the output area of the cell listens to. */
  readonly future: RecoveredFuture;

  /** The cell. */
  get cellId(): string {
    return this._options.cellId;
  }

  /** Whether the output belongs into the notebook as this page has it. */
  isOwned = false;

  /** Whether the run has ended. */
  isDone = false;

  /**
   * Show in *cell* that the run begins, by the message with this metadata.
   */
  begin(cell: CodeCell, metadata: unknown): void {
    this._cursor = new RunCursor(0);
    this._cursor.passes(metadata);
    this._write(cell);
    this._change(() => {
      cell.model.clearExecution();
      reattach(cell.outputArea, this.future);
      cell.model.executionState = 'running';
    });
  }

  /**
   * Show in *cell* what is known of the run.
   */
  resume(cell: CodeCell, run: IRun, isFresh: boolean): void {
    this.isOwned = run.is_owner;
    this._cursor = new RunCursor(run.cursor);
    this._asked.clear();
    this._write(cell);
    this._change(() => {
      seed(cell, run, this.future, isFresh, this._writer);
      this._showState(cell, run);
    });
    if (run.input_request !== null) {
      this.ask(cell, run.input_request);
    }
  }

  private _showState(cell: CodeCell, run: IRun): void {
    if (run.state === 'done') {
      cell.model.executionCount = run.execution_count;
      cell.model.executionState = 'idle';
      this._end(cell, run.execution_count);
      return;
    }
    cell.model.executionCount = null;
    cell.model.executionState = 'running';
  }

  /**
   * Do with a message of the run what the output area does with it, unless what it
   * does is shown already.
   */
  receive(msg: KernelMessage.IIOPubMessage): void {
    if (this._cursor.passes(msg.metadata)) {
      this._change(() => {
        this.future.receive(msg);
      });
    }
  }

  /**
   * Let the output area change the displays that *msg*, of any run, is for.
   */
  update(msg: KernelMessage.IIOPubMessage): void {
    this._change(() => {
      this.future.receive(msg);
    });
  }

  /**
   * Show in *cell* how the run has ended.
   */
  finish(cell: CodeCell | null, done: ICellDone): void {
    if (cell !== null && !this.isDone) {
      this._change(() => {
        cell.model.executionCount = done.execution_count;
        cell.model.executionState = 'idle';
      });
    }
    this._end(cell, done.execution_count);
  }

  private _end(cell: CodeCell | null, executionCount: number | null): void {
    this.isDone = true;
    if (this._asked.size > 0) {
      this._options.kernel.hasPendingInput = false;
      cell?.outputArea.widgets.filter(isUnanswered).forEach(widget => {
        widget.dispose();
      });
    }
    this.future.finish(executionCount);
  }

  /**
   * Let *cell* ask for what the run wants to be told, once.
   */
  ask(cell: CodeCell, request: IInputRequest): void {
    if (this._asked.has(request.header.msg_id)) {
      return;
    }
    this._asked.add(request.header.msg_id);
    const { outputArea } = cell;
    outputArea.inputRequested.connect(this._onInputRequested, this);
    this._options.kernel.hasPendingInput = true;
    this.future.ask(request);
    outputArea.inputRequested.disconnect(this._onInputRequested, this);
  }

  /** Keep the echo of an answer from making a notebook dirty that is not its owner's. */
  private _onInputRequested(_: unknown, input: IStdin): void {
    void input.value.then(async () => {
      const { model } = this._options;
      const wasDirty = model.dirty;
      // The output area, which waits for the same, is told next.
      await Promise.resolve();
      if (!this.isOwned) {
        this._hasChanged = true;
        model.dirty = wasDirty;
      }
    });
  }

  /**
   * Note that the output belongs into the notebook as this page has it from now on.
   */
  own(): void {
    this.isOwned = true;
    if (this._hasChanged) {
      this._hasChanged = false;
      this._options.model.dirty = true;
    }
  }

  private _write(cell: CodeCell): void {
    this._writer = StreamWriter.of(cell.model.outputs, this._options.text);
  }

  private _change(change: () => void): void {
    if (this.isOwned) {
      change();
    } else if (quietly(this._options.model, change)) {
      this._hasChanged = true;
    }
  }

  private _cursor = new RunCursor(0);
  private readonly _asked = new Set<string>();
  private _hasChanged = false;
  private _writer: StreamWriter | null = null;
}

function isUnanswered(
  widget: CodeCell['outputArea']['widgets'][number]
): boolean {
  return (
    widget.hasClass('jp-OutputArea-stdin-item') &&
    !widget.hasClass('jp-OutputArea-stdin-hiding')
  );
}

/** What belongs to {@link TakenRun}. */
export namespace TakenRun {
  /** What it takes to take up a run. */
  export interface IOptions {
    /** The connection to the kernel that runs it. */
    readonly kernel: Kernel.IKernelConnection;

    /** The notebook of the cell, which may have to be saved. */
    readonly model: { dirty: boolean };

    /** How text is shown. */
    readonly text: ITextSettings;

    /** The cell. */
    readonly cellId: string;

    /** The run. */
    readonly runId: string;

    /** Called when the cell shows something else, or is gone. */
    readonly released: () => void;
  }
}
