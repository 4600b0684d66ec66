import type { NotebookPanel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';

import { PageCounters } from '../pageCounters';
import { FakeDocument } from './fakeSocket';

/** What a browser calls when something has come. */
class FakeObserver {
  static readonly supportedEntryTypes = ['longtask'];
  static all: FakeObserver[] = [];
  isOn = false;

  constructor(readonly call: (list: { getEntries: () => object[] }) => void) {
    FakeObserver.all.push(this);
  }

  observe(): void {
    this.isOn = true;
  }

  disconnect(): void {
    this.isOn = false;
  }
}

/** A part of the page, which has a place in it. */
class Part extends EventTarget {
  /** What is found in it, by its selector. */
  readonly parts = new Map<string, Part>();
  elements = 100;

  constructor(
    readonly top = 0,
    readonly height = 500
  ) {
    super();
  }

  getElementsByTagName(): { length: number } {
    return { length: this.elements };
  }

  querySelector(selector: string): Part | null {
    return this.parts.get(selector) ?? null;
  }

  getBoundingClientRect(): object {
    const { top, height } = this;
    return { top, height, bottom: top + height };
  }
}

class FakePanel {
  isVisible = true;
  readonly context = {
    localPath: 'a.ipynb',
    pathChanged: new Signal<this, undefined>(this)
  };
  readonly content = {
    node: new Part(),
    outerNode: new Part(),
    viewportNode: new Part(),
    widgets: [true, false].map(isConnected => ({ node: { isConnected } })),
    modelContentChanged: new Signal<this, undefined>(this)
  };

  change(): void {
    this.content.modelContentChanged.emit(undefined);
  }
}

const FIRST = {
  cells: 2,
  rows: 1,
  nodes: 100,
  stateful: 2,
  parked: 1,
  scroll_frames: 0,
  long_frames: 0,
  errors: 0,
  fps: null,
  first_cell: null,
  first_output: null
};

function setUp(): {
  panel: FakePanel;
  document: FakeDocument;
  counters: PageCounters;
  told: unknown[];
  close: () => void;
  count: () => void;
} {
  const document = new FakeDocument();
  FakeObserver.all = [];
  Object.assign(globalThis, {
    document,
    MutationObserver: FakeObserver,
    PerformanceObserver: FakeObserver
  });
  const told: unknown[] = [];
  const counters = new PageCounters(
    { counted: (...args) => told.push(args) },
    () => ({ count: 2, parkedCount: 1 })
  );
  const panel = new FakePanel();
  const real = panel as unknown as NotebookPanel;
  const following = counters.follow(real);
  return {
    panel,
    document,
    counters,
    told,
    close: () => {
      following.dispose();
    },
    count: () => {
      counters.count(real, 'errors');
    }
  };
}

/** Tell the observer of a page, or of a notebook, that so much has come. */
function come(index: number, count = 1): void {
  const list = { getEntries: () => Array.from({ length: count }, () => ({})) };
  FakeObserver.all[index]?.call(list);
}

const LONG = 0;
const ROWS = 1;
const SEEN = 2;

describe('PageCounters', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    Object.assign(globalThis, {
      requestAnimationFrame: (call: (now: number) => void) =>
        setTimeout(() => {
          call(performance.now());
        }, 20),
      cancelAnimationFrame: (frame: ReturnType<typeof setTimeout>) => {
        clearTimeout(frame);
      },
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

  it('tells some time after a change, and only if something is different', () => {
    const { panel, told } = setUp();
    jest.advanceTimersByTime(4999);
    expect(told).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(told).toEqual([['a.ipynb', FIRST]]);
    panel.change();
    jest.advanceTimersByTime(60_000);
    expect(told).toHaveLength(1);
    panel.content.node.elements = 300;
    panel.change();
    panel.change();
    jest.advanceTimersByTime(60_000);

    expect(told.slice(1)).toEqual([['a.ipynb', { ...FIRST, nodes: 300 }]]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('counts errors, of notebooks that are open', () => {
    const { told, count, close, counters } = setUp();
    count();
    count();
    counters.count(new FakePanel() as unknown as NotebookPanel, 'errors');
    jest.advanceTimersByTime(5000);
    close();
    count();
    jest.advanceTimersByTime(60_000);

    expect(told).toEqual([
      ['a.ipynb', { ...FIRST, errors: 2 }],
      ['a.ipynb', null]
    ]);
  });

  it('tells what it counts to others in the page', () => {
    const { panel, counters, close } = setUp();
    const real = panel as unknown as NotebookPanel;
    expect(counters.of(real)).toEqual(FIRST);
    close();
    expect(counters.of(real)).toBeNull();
  });

  it('tells of a notebook that was moved under its new path only', () => {
    const { panel, told } = setUp();
    jest.advanceTimersByTime(5000);
    panel.context.localPath = 'b.ipynb';
    panel.context.pathChanged.emit(undefined);
    jest.advanceTimersByTime(5000);

    expect(told.slice(1)).toEqual([
      ['a.ipynb', null],
      ['b.ipynb', FIRST]
    ]);
  });

  it('says nothing of a notebook that it has not told of', () => {
    const { told, close } = setUp();
    close();
    jest.advanceTimersByTime(60_000);

    expect(told).toEqual([]);
    expect(FakeObserver.all.slice(ROWS).some(({ isOn }) => isOn)).toBe(false);
  });

  it('does nothing while the page is hidden', () => {
    const { panel, document, told, count } = setUp();
    panel.content.outerNode.dispatchEvent(new Event('scroll'));
    document.turn('hidden');
    count();
    expect(jest.getTimerCount()).toBe(0);
    expect(FakeObserver.all[LONG]?.isOn).toBe(false);
    document.turn('visible');
    expect(FakeObserver.all[LONG]?.isOn).toBe(true);
    jest.advanceTimersByTime(5000);

    expect(told).toEqual([['a.ipynb', { ...FIRST, errors: 1 }]]);
  });

  it('counts the frames while somebody scrolls, and no others', () => {
    const { panel, told } = setUp();
    for (let index = 0; index <= 50; index++) {
      panel.content.outerNode.dispatchEvent(new Event('scroll'));
      jest.advanceTimersByTime(20);
    }
    jest.advanceTimersByTime(60_000);

    expect(told.at(-1)).toEqual([
      'a.ipynb',
      { ...FIRST, scroll_frames: 49, fps: 50 }
    ]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('asks for no frames when somebody is taken to another place', () => {
    const { panel } = setUp();
    const before = jest.getTimerCount();
    panel.content.outerNode.dispatchEvent(new Event('scroll'));

    expect(jest.getTimerCount()).toBe(before);
  });

  it('counts long frames while the notebook is shown', () => {
    const { panel, told } = setUp();
    come(LONG, 2);
    panel.isVisible = false;
    come(LONG, 5);
    jest.advanceTimersByTime(5000);

    expect(told).toEqual([['a.ipynb', { ...FIRST, long_frames: 2 }]]);
  });

  it('knows when a cell and an output were painted first', async () => {
    const { panel, told } = setUp();
    const { parts } = panel.content.outerNode;
    jest.advanceTimersByTime(300);
    come(SEEN);
    await jest.advanceTimersByTimeAsync(79);
    parts.set('.jp-Cell', new Part());
    parts.set('.jp-OutputArea-output', new Part(600));
    come(SEEN);
    come(SEEN);
    await jest.advanceTimersByTimeAsync(100);
    parts.set('.jp-OutputArea-output', new Part(400));
    come(SEEN);
    await jest.advanceTimersByTimeAsync(5000);

    expect(told.at(-1)).toEqual([
      'a.ipynb',
      { ...FIRST, first_cell: 0.4, first_output: 0.5 }
    ]);
    expect(FakeObserver.all[SEEN]?.isOn).toBe(false);
  });

  it.each([
    [
      'somebody has scrolled',
      (panel: FakePanel): void => {
        panel.content.outerNode.dispatchEvent(new Event('scroll'));
      }
    ],
    [
      'another notebook is shown',
      (panel: FakePanel): void => {
        panel.isVisible = false;
      }
    ],
    [
      'it took for ever',
      (): void => {
        jest.advanceTimersByTime(60_000);
      }
    ]
  ])('does not say when an output came if %s', async (_, happen) => {
    const { panel, counters } = setUp();
    const { parts } = panel.content.outerNode;
    parts.set('.jp-Cell', new Part());
    come(SEEN);
    await jest.advanceTimersByTimeAsync(100);
    happen(panel);
    parts.set('.jp-OutputArea-output', new Part());
    come(SEEN);
    await jest.advanceTimersByTimeAsync(100);

    expect(counters.of(panel as unknown as NotebookPanel)).toMatchObject({
      first_cell: 0.021,
      first_output: null
    });
    expect(FakeObserver.all[SEEN]?.isOn).toBe(false);
  });
});
