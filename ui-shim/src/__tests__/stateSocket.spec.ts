import type { IPageCounts } from '../core/pageCounts';
import { setUpStates as setUp } from './fakeSocket';

const ONE = 'kernels/k/state';
const RUNS = 'kernels/k/runs/*';
const RUN = 'kernels/k/runs/r';
const COUNTS = { cells: 3 } as IPageCounts;
const MORE = { cells: 4 } as IPageCounts;

describe('StateSocket', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    jest.spyOn(Math, 'random').mockReturnValue(1);
  });

  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('is opened when somebody watches, and asks for what is watched', () => {
    const { states, sockets } = setUp();
    expect(sockets).toHaveLength(0);
    states.watch(ONE);
    states.watch(RUNS);
    states.watch(RUNS);
    sockets[0]?.onopen?.();
    states.watch('kernels/k/usage');

    expect(sockets).toHaveLength(1);
    expect(sockets[0]?.sent).toEqual([
      { subscribe: [ONE, RUNS] },
      { subscribe: ['kernels/k/usage'] }
    ]);
  });

  it('tells each watch what it is about, and keeps it', () => {
    const { states, sockets } = setUp();
    const one = states.watch(ONE);
    const runs = states.watch(RUNS);
    const told: unknown[] = [];
    runs.changed.connect((_, changed) => told.push([...changed]));
    sockets[0]?.onopen?.();
    sockets[0]?.tell({
      topics: { [ONE]: 1, [RUN]: 2, 'kernels/k/runs/s/t': 3 }
    });
    sockets[0]?.tell({ topics: { [ONE]: 4 } });
    sockets[0]?.tell({ topics: { [RUN]: null } });

    expect(told).toEqual([[[RUN, 2]], [[RUN, null]]]);
    expect([...one.values]).toEqual([[ONE, 4]]);
    expect([...runs.values]).toEqual([]);
  });

  it('tells who comes later to a pattern what is known of it', () => {
    const { states, sockets } = setUp();
    states.watch(RUNS);
    sockets[0]?.onopen?.();
    sockets[0]?.tell({ topics: { [RUN]: 2 } });
    const later = states.watch(RUNS);

    expect([...later.values]).toEqual([[RUN, 2]]);
    expect(sockets[0]?.sent).toEqual([{ subscribe: [RUNS] }]);
  });

  it('asks for a pattern no more when the last one is gone', () => {
    const { states, sockets } = setUp();
    const first = states.watch(RUNS);
    const second = states.watch(RUNS);
    states.watch(ONE);
    sockets[0]?.onopen?.();
    first.dispose();
    first.dispose();
    expect(sockets[0]?.sent).toHaveLength(1);
    second.dispose();

    expect(sockets[0]?.sent.slice(1)).toEqual([{ unsubscribe: [RUNS] }]);
  });

  it('is closed some time after the last one, unless another one comes', () => {
    const { states, sockets } = setUp();
    states.watch(ONE).dispose();
    const last = states.watch(ONE);
    jest.advanceTimersByTime(60_000);
    expect(sockets[0]?.code).toBeUndefined();
    last.dispose();
    jest.advanceTimersByTime(60_000);
    expect(sockets[0]?.code).toBe(1000);
    states.watch(ONE);

    expect(sockets).toHaveLength(2);
  });

  it('comes back after growing pauses, which end with the first frame', () => {
    const { states, sockets } = setUp();
    states.watch(ONE);
    sockets[0]?.close();
    jest.advanceTimersByTime(999);
    expect(sockets).toHaveLength(1);
    jest.advanceTimersByTime(1);
    sockets[1]?.close();
    jest.advanceTimersByTime(1999);
    expect(sockets).toHaveLength(2);
    jest.advanceTimersByTime(1);
    sockets[2]?.onopen?.();
    sockets[2]?.tell({ topics: { [ONE]: 1 } });
    sockets[2]?.close();
    jest.advanceTimersByTime(1000);

    expect(sockets).toHaveLength(4);
    expect(sockets[2]?.sent).toEqual([{ subscribe: [ONE] }]);
  });

  it('comes back at once when the network does', () => {
    const { states, sockets } = setUp();
    states.watch(ONE);
    window.dispatchEvent(new Event('online'));
    sockets[0]?.close();
    window.dispatchEvent(new Event('online'));

    expect(sockets).toHaveLength(2);
  });

  it('forgets what is no longer there when it is back', () => {
    const { states, sockets } = setUp();
    const runs = states.watch(RUNS);
    sockets[0]?.onopen?.();
    sockets[0]?.tell({ topics: { [RUN]: 1, 'kernels/k/runs/s': 2 } });
    const told: unknown[] = [];
    runs.changed.connect((_, changed) => told.push([...changed]));
    sockets[0]?.close();
    jest.advanceTimersByTime(1000);
    sockets[1]?.onopen?.();
    sockets[1]?.tell({ topics: { 'kernels/k/runs/s': 3 } });

    expect(told).toEqual([
      [
        [RUN, null],
        ['kernels/k/runs/s', 3]
      ]
    ]);
  });

  it('forgets all when it is back and nothing is told', () => {
    const { states, sockets } = setUp();
    const one = states.watch(ONE);
    sockets[0]?.onopen?.();
    sockets[0]?.tell({ topics: { [ONE]: 1 } });
    sockets[0]?.close();
    jest.advanceTimersByTime(1000);
    sockets[1]?.onopen?.();
    jest.advanceTimersByTime(2999);
    expect([...one.values]).toEqual([[ONE, 1]]);
    jest.advanceTimersByTime(1);

    expect([...one.values]).toEqual([]);
  });

  it('tells what was painted while it is open only', () => {
    const { states, sockets } = setUp();
    const times = { first_output: 0.1, done: null };
    states.painted('k', 'r', times);
    states.watch(ONE);
    states.painted('k', 'r', times);
    sockets[0]?.onopen?.();
    states.painted('k', 'r', times);

    expect(states.isOpen).toBe(true);
    expect(sockets[0]?.sent.slice(1)).toEqual([
      { painted: { kernel_id: 'k', run_id: 'r', ...times } }
    ]);
  });

  it('tells what was counted, and all of it again when it is back', () => {
    const { states, sockets } = setUp();
    states.watch(ONE);
    states.counted('a', COUNTS);
    sockets[0]?.onopen?.();
    states.counted('b', COUNTS);
    states.counted('c', COUNTS);
    states.counted('c', null);
    sockets[0]?.close();
    states.counted('b', MORE);
    states.counted('d', COUNTS);
    jest.advanceTimersByTime(1000);
    sockets[1]?.onopen?.();

    expect(sockets[0]?.sent.slice(1)).toEqual([
      { counted: { path: 'a', counts: COUNTS, again: false } },
      { counted: { path: 'b', counts: COUNTS } },
      { counted: { path: 'c', counts: COUNTS } },
      { counted: { path: 'c', counts: null } }
    ]);
    expect(sockets[1]?.sent.slice(1)).toEqual([
      { counted: { path: 'a', counts: COUNTS, again: true } },
      { counted: { path: 'b', counts: MORE, again: true } },
      { counted: { path: 'd', counts: COUNTS, again: false } }
    ]);
  });

  it('knows the time of the server from what it tells', () => {
    jest.setSystemTime(5_000_000);
    const { states, sockets } = setUp();
    expect(states.serverTime).toBe(5000);
    states.watch(ONE);
    sockets[0]?.onopen?.();
    sockets[0]?.tell({ topics: {}, now: 100 });
    jest.advanceTimersByTime(2000);

    expect(states.serverTime).toBe(102);
  });

  it('goes on after what it does not understand', () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation();
    const { states, sockets } = setUp();
    const one = states.watch(ONE);
    sockets[0]?.onopen?.();
    sockets[0]?.onmessage?.({ data: '{' });
    sockets[0]?.tell({ error: 'too long' });
    sockets[0]?.tell({ topics: { [ONE]: 1 } });

    expect(warn).toHaveBeenCalledTimes(2);
    expect(one.values.get(ONE)).toBe(1);
  });
});
