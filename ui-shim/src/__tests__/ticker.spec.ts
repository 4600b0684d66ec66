import { Ticker } from '../ticker';
import { FakeDocument } from './fakeSocket';

function setUp(): {
  document: FakeDocument;
  ticker: Ticker;
  times: number[];
  state: { elapsed: number[] };
} {
  const document = new FakeDocument();
  Object.assign(globalThis, { document });
  const times: number[] = [];
  const state = { elapsed: [0] };
  const ticker = new Ticker();
  const start = performance.now();
  ticker.add({
    tick: () => {
      times.push(performance.now() - start);
      return state.elapsed;
    }
  });
  return { document, ticker, times, state };
}

describe('Ticker', () => {
  beforeEach(() => {
    jest.useFakeTimers();
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it('ticks ten times a second at the beginning, and each second later', () => {
    const { times, state } = setUp();
    jest.advanceTimersByTime(250);
    expect(times).toEqual([0, 100, 200]);
    state.elapsed = [20];
    jest.advanceTimersByTime(2100);

    expect(times).toEqual([0, 100, 200, 300, 1300, 2300]);
  });

  it('rests when nothing goes on, until it is woken', () => {
    const { ticker, times, state } = setUp();
    state.elapsed = [];
    jest.advanceTimersByTime(10_000);
    expect(times).toEqual([0]);
    expect(jest.getTimerCount()).toBe(0);
    ticker.wake();
    ticker.wake();
    jest.advanceTimersByTime(10_000);

    expect(times).toEqual([0, 10_000]);
  });

  it('rests while the page is hidden', () => {
    const { document, ticker, times } = setUp();
    jest.advanceTimersByTime(0);
    document.turn('hidden');
    jest.advanceTimersByTime(10_000);
    ticker.wake();
    expect(jest.getTimerCount()).toBe(0);
    document.turn('visible');
    jest.advanceTimersByTime(0);

    expect(times).toEqual([0, 100, 10_000]);
  });
});
