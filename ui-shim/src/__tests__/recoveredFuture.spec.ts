import { KernelMessage, type Kernel } from '@jupyterlab/services';

import { RecoveredFuture } from '../recoveredFuture';

const REPLY = { status: 'ok' as const, value: 'Ada' };

/** A future, and what it was told to do. */
function setUp(): {
  future: RecoveredFuture;
  replies: unknown[];
  disposed: jest.Mock;
} {
  const replies: unknown[] = [];
  const disposed = jest.fn();
  const kernel = {
    clientId: 'page',
    sendInputReply: (...reply: unknown[]) => {
      replies.push(reply);
    }
  } as unknown as Kernel.IKernelConnection;
  return {
    future: new RecoveredFuture(kernel, 'run', disposed),
    replies,
    disposed
  };
}

function text(): KernelMessage.IStreamMsg {
  return KernelMessage.createMessage<KernelMessage.IStreamMsg>({
    msgType: 'stream',
    channel: 'iopub',
    session: 'kernel',
    content: { name: 'stdout', text: 'a' }
  });
}

describe('RecoveredFuture', () => {
  it('has the ID of the run', () => {
    expect(setUp().future.msg.header.msg_id).toBe('run');
  });

  it('hands on what no hook keeps', () => {
    const { future } = setUp();
    const shown: unknown[] = [];
    future.onIOPub = msg => {
      shown.push(msg);
    };
    const hook = (): boolean => false;
    const message = text();
    future.receive(message);
    future.registerMessageHook(hook);
    future.receive(message);
    future.removeMessageHook(hook);
    future.receive(message);

    expect(shown).toEqual([message, message]);
  });

  it('asks as the kernel did, and answers that', () => {
    const { future, replies } = setUp();
    const asked: KernelMessage.IStdinMessage[] = [];
    future.onStdin = msg => {
      asked.push(msg);
    };
    const header = {
      msg_id: 'm',
      msg_type: 'input_request',
      session: 'kernel'
    };
    future.ask({ header, content: { prompt: 'Who?', password: false } });
    const [request] = asked;
    if (request?.header.msg_type === 'input_request') {
      future.sendInputReply(
        REPLY,
        request.header as KernelMessage.IInputRequestMsg['header']
      );
    }

    expect(request?.content).toEqual({ prompt: 'Who?', password: false });
    expect(replies).toEqual([[REPLY, expect.objectContaining(header)]]);
  });

  it('is done when the run is', async () => {
    const { future } = setUp();
    future.finish(3);

    expect((await future.done).content.execution_count).toBe(3);
  });

  it('hands on nothing, and says so once, when nobody wants it', async () => {
    const { future, disposed } = setUp();
    const onIOPub = jest.fn();
    future.onIOPub = onIOPub;
    future.dispose();
    future.dispose();
    future.receive(text());

    expect(future.isDisposed).toBe(true);
    expect(disposed).toHaveBeenCalledTimes(1);
    expect(onIOPub).not.toHaveBeenCalled();
    await expect(future.done).rejects.toThrow('Canceled future');
  });
});
