import { KernelMessage, type Kernel } from '@jupyterlab/services';
import { PromiseDelegate } from '@lumino/coreutils';

import type { IInputRequest } from './core/protocol';

type Hook = (
  msg: KernelMessage.IIOPubMessage
) => boolean | PromiseLike<boolean>;

/** What an output area asks of a run. */
export type IExecuteFuture = Kernel.IShellFuture<
  KernelMessage.IExecuteRequestMsg,
  KernelMessage.IExecuteReplyMsg
>;

/**
 * Stands in an output area for the future of a run that this page did not start.
 */
export class RecoveredFuture implements IExecuteFuture {
  /**
   * Stand for a run.
   *
   * @param _kernel - The connection by which input is answered.
   * @param runId - The run.
   * @param _onDispose - Called when the output area has no use for this any more.
   */
  constructor(
    private readonly _kernel: Kernel.IKernelConnection,
    runId: string,
    private readonly _onDispose: () => void
  ) {
    this.msg = KernelMessage.createMessage({
      msgType: 'execute_request',
      channel: 'shell',
      msgId: runId,
      session: _kernel.clientId,
      content: { code: '' }
    });
    this._done.promise.catch(() => {
      // Whoever wants to know has a handler of their own.
    });
  }

  /** A request with the ID of the run; its code is not known. */
  readonly msg: KernelMessage.IExecuteRequestMsg;

  /** Called for each message of the run on iopub. */
  onIOPub: (msg: KernelMessage.IIOPubMessage) => void | PromiseLike<void> =
    noop;

  /** Called for its reply, which never comes to this page. */
  onReply: (msg: KernelMessage.IExecuteReplyMsg) => void | PromiseLike<void> =
    noop;

  /** Called when the run asks for input. */
  onStdin: (msg: KernelMessage.IStdinMessage) => void | PromiseLike<void> =
    noop;

  /** Resolves when the run has ended. */
  get done(): Promise<KernelMessage.IExecuteReplyMsg> {
    return this._done.promise;
  }

  /** Whether the output area has let go of this. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * Hand on a message of the run, unless a hook keeps it.
   */
  receive(msg: KernelMessage.IIOPubMessage): void {
    // As in JupyterLab, the last registered comes first.
    if (!this._hooks.some(hook => hook(msg) === false)) {
      void this.onIOPub(msg);
    }
  }

  /**
   * Let the output area ask for the input that the run wants.
   */
  ask(request: IInputRequest): void {
    const { header, content } = request;
    const msg = KernelMessage.createMessage<KernelMessage.IInputRequestMsg>({
      msgType: 'input_request',
      channel: 'stdin',
      msgId: header.msg_id,
      session: header.session,
      content
    });
    // The kernel gets back what it has sent.
    Object.assign(msg.header, header);
    void this.onStdin(msg);
  }

  /**
   * Note that the run has ended.
   */
  finish(executionCount: number | null): void {
    const reply = KernelMessage.createMessage<KernelMessage.IExecuteReplyMsg>({
      msgType: 'execute_reply',
      channel: 'shell',
      session: this._kernel.clientId,
      content: {
        status: 'ok',
        execution_count: executionCount,
        user_expressions: {}
      }
    });
    this._done.resolve(reply);
  }

  /**
   * Look at each message before the output area does, and keep it by returning false.
   */
  registerMessageHook(hook: Hook): void {
    this._hooks.unshift(hook);
  }

  /**
   * Let a hook see no more messages.
   */
  removeMessageHook(hook: Hook): void {
    this._hooks = this._hooks.filter(other => other !== hook);
  }

  /**
   * Send the kernel the input that it asked for by the message with this header.
   */
  sendInputReply(
    content: KernelMessage.IInputReplyMsg['content'],
    parent: KernelMessage.IInputReplyMsg['parent_header']
  ): void {
    this._kernel.sendInputReply(content, parent);
  }

  /**
   * Let go: nothing more is handed on.
   */
  dispose(): void {
    if (this._isDisposed) {
      return;
    }
    this._isDisposed = true;
    this.onIOPub = noop;
    this.onReply = noop;
    this.onStdin = noop;
    this._hooks = [];
    this._done.reject(new Error('Canceled future for a recovered run'));
    this._onDispose();
  }

  private readonly _done =
    new PromiseDelegate<KernelMessage.IExecuteReplyMsg>();
  private _hooks: Hook[] = [];
  private _isDisposed = false;
}

function noop(): void {
  // Nobody listens.
}
