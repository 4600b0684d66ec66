import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Signal } from '@lumino/signaling';

import type { CurrentNotebook } from '../currentNotebook';
import { KernelStatus } from '../kernelStatus';
import type { StatusItem } from '../statusItem';
import type { StatusSettings } from '../statusSettings';
import { FakeDocument, setUpStates, type FakeSocket } from './fakeSocket';

/** What a page has, as far as it matters which kernel is shown. */
class FakePage {
  readonly changed = new Signal<this, undefined>(this);
  readonly currentChanged = new Signal<this, undefined>(this);
  readonly panel = {};
  currentWidget: unknown = this.panel;
  kernelId: string | null = 'k';
  hasStatusItem = true;
  readonly shown: unknown[] = [];
  readonly samples: unknown[] = [];

  clear(): void {
    this.shown.push('cleared');
  }

  sampled(usage: unknown): void {
    this.samples.push(usage);
  }

  tell(...args: unknown[]): void {
    this.shown.push(args);
  }
}

const SUBSCRIBED = { subscribe: ['kernels/k/state', 'kernels/k/usage'] };
const UNSUBSCRIBED = [
  { unsubscribe: ['kernels/k/state'] },
  { unsubscribe: ['kernels/k/usage'] }
];

function setUp(): {
  page: FakePage;
  document: FakeDocument;
  socket: FakeSocket | undefined;
  status: KernelStatus;
} {
  const document = new FakeDocument();
  Object.assign(globalThis, { document });
  const page = new FakePage();
  const { states, sockets } = setUpStates();
  const status = new KernelStatus({
    notebook: page as unknown as CurrentNotebook,
    shell: page as unknown as JupyterFrontEnd.IShell,
    settings: page as unknown as StatusSettings,
    item: page as unknown as StatusItem,
    states
  });
  sockets[0]?.onopen?.();
  return { page, document, socket: sockets[0], status };
}

describe('KernelStatus', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('shows what the kernel of the current notebook does and uses', () => {
    const { page, socket, status } = setUp();
    const state = {
      name: 'python3',
      execution_state: 'idle',
      queue: 0,
      restarts: 0,
      reason: null
    };
    const usage = { is_known: false, reason: 'remote' };
    socket?.tell({ topics: { 'kernels/k/state': state } });
    socket?.tell({ topics: { 'kernels/k/usage': usage } });
    jest.advanceTimersByTime(1000);

    expect(status.isActive).toBe(true);
    expect(socket?.sent).toEqual([SUBSCRIBED]);
    expect(page.samples).toEqual([usage]);
    expect(page.shown.at(-1)).toEqual([state, usage]);
  });

  it('does not show what changes again at once', () => {
    const { page, socket } = setUp();
    jest.advanceTimersByTime(5000);
    const before = page.shown.length;
    for (const execution_state of ['busy', 'idle']) {
      const state = { name: 'python3', execution_state, queue: 0, restarts: 0 };
      socket?.tell({
        topics: { 'kernels/k/state': { ...state, reason: null } }
      });
      jest.advanceTimersByTime(100);
    }
    expect(page.shown).toHaveLength(before);
    jest.advanceTimersByTime(1000);

    expect(page.shown.slice(before)).toMatchObject([
      [{ execution_state: 'idle' }, null]
    ]);
  });

  it('asks for nothing while the page is hidden', () => {
    const { page, document, socket, status } = setUp();
    document.turn('hidden');
    expect(socket?.sent.slice(1)).toEqual(UNSUBSCRIBED);
    document.turn('visible');

    expect(socket?.sent).toHaveLength(5);
    expect(status.isActive).toBe(true);
    expect(page.shown.filter(shown => shown === 'cleared')).toHaveLength(1);
  });

  it('asks for nothing while something else is current', () => {
    const { page, socket, status } = setUp();
    page.currentWidget = {};
    page.currentChanged.emit(undefined);

    expect(socket?.sent.slice(1)).toEqual(UNSUBSCRIBED);
    expect(status.isActive).toBe(false);
  });

  it('asks for nothing where the user does not want it', () => {
    const { page, socket, status } = setUp();
    let changes = 0;
    status.activeChanged.connect(() => (changes += 1));
    page.hasStatusItem = false;
    page.changed.emit(undefined);
    page.changed.emit(undefined);

    expect(socket?.sent.slice(1)).toEqual(UNSUBSCRIBED);
    expect(changes).toBe(1);
  });

  it('turns to another kernel', () => {
    const { page, socket } = setUp();
    page.kernelId = 'l';
    page.changed.emit(undefined);

    expect(socket?.sent.slice(1)).toEqual([
      ...UNSUBSCRIBED,
      { subscribe: ['kernels/l/state'] },
      { subscribe: ['kernels/l/usage'] }
    ]);
    expect(page.shown.filter(shown => shown === 'cleared')).toHaveLength(2);
  });
});
