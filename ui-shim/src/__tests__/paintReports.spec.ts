import type { Kernel } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';

import { PaintReports } from '../paintReports';
import { Paints } from '../paints';
import { FakeDocument, setUpStates, type FakeSocket } from './fakeSocket';

/** A kernel as the page sees it. */
class FakeKernel {
  readonly id = 'k';
  readonly anyMessage = new Signal<this, unknown>(this);
  readonly iopubMessage = new Signal<this, unknown>(this);

  ask(runId: string): void {
    const header = { msg_id: runId, msg_type: 'execute_request' };
    this.anyMessage.emit({ direction: 'send', msg: { header } });
  }

  tell(runId: string, type: string): void {
    const header = { msg_type: type };
    const parent = { msg_id: runId };
    this.iopubMessage.emit({ header, parent_header: parent, content: {} });
  }
}

function setUp(): {
  kernel: FakeKernel;
  document: FakeDocument;
  socket: FakeSocket | undefined;
  reports: PaintReports;
} {
  const document = new FakeDocument();
  Object.assign(globalThis, {
    document,
    requestAnimationFrame: (call: () => void) => setTimeout(call, 16)
  });
  const { states, sockets } = setUpStates();
  states.watch('kernels/k/runs/*');
  sockets[0]?.onopen?.();
  const kernel = new FakeKernel();
  const reports = new PaintReports(
    kernel as unknown as Kernel.IKernelConnection,
    states,
    new Paints()
  );
  return { kernel, document, socket: sockets[0], reports };
}

/** Let a frame be made, and painted after a millisecond. */
async function paint(): Promise<void> {
  await jest.advanceTimersByTimeAsync(20);
}

function painted(socket: FakeSocket | undefined): unknown[] {
  return socket?.sent.slice(1) ?? [];
}

function report(first: number | null, done: number | null): unknown {
  const times = { first_output: first, done };
  return { painted: { kernel_id: 'k', run_id: 'r', ...times } };
}

describe('PaintReports', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    Object.assign(globalThis, {
      MessageChannel: class {
        readonly port1: { onmessage?: () => void } = {};
        readonly port2 = {
          postMessage: () => setTimeout(() => this.port1.onmessage?.(), 1)
        };
      }
    });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('tells when the first output and the end were painted, once', async () => {
    const { kernel, socket } = setUp();
    kernel.ask('r');
    kernel.tell('r', 'execute_input');
    jest.advanceTimersByTime(100);
    kernel.tell('r', 'stream');
    await paint();
    kernel.tell('r', 'stream');
    jest.advanceTimersByTime(80);
    kernel.tell('r', 'cell_done');
    expect(painted(socket)).toEqual([]);
    await paint();
    kernel.tell('r', 'stream');
    await paint();

    expect(painted(socket)).toEqual([report(0.117, 0.217)]);
  });

  it('tells that there was no output', async () => {
    const { kernel, socket } = setUp();
    kernel.ask('r');
    kernel.tell('r', 'cell_done');
    await paint();

    expect(painted(socket)).toEqual([report(null, 0.017)]);
  });

  it('tells nothing of what nobody saw at all', async () => {
    const { kernel, document, socket } = setUp();
    document.turn('hidden');
    kernel.ask('r');
    kernel.tell('r', 'stream');
    kernel.tell('r', 'cell_done');
    await paint();

    expect(painted(socket)).toEqual([]);
  });

  it('tells of what nobody saw that it was not painted', async () => {
    const { kernel, document, socket } = setUp();
    kernel.ask('r');
    kernel.tell('r', 'stream');
    document.turn('hidden');
    await paint();
    kernel.tell('r', 'stream');
    document.turn('visible');
    jest.advanceTimersByTime(80);
    kernel.tell('r', 'cell_done');
    await paint();

    expect(painted(socket)).toEqual([report(null, 0.117)]);
  });

  it('leaves what others have asked for', async () => {
    const { kernel, socket } = setUp();
    kernel.tell('other', 'stream');
    kernel.ask('r');
    kernel.tell('other', 'cell_done');
    await paint();

    expect(painted(socket)).toEqual([]);
  });

  it('measures nothing when the server is not there, or when it is over', async () => {
    const { kernel, socket, reports } = setUp();
    socket?.close();
    kernel.ask('r');
    kernel.tell('r', 'cell_done');
    await paint();
    reports.dispose();

    expect(reports.isDisposed).toBe(true);
    expect(painted(socket)).toEqual([]);
  });
});
