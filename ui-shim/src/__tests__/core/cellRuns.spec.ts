import { CellRuns, elapsedOf, labelOf } from '../../core/cellRuns';
import type { IRunRecord } from '../../core/kernelTopics';

const RUN: IRunRecord = {
  run_id: 'r1',
  kernel_id: 'k',
  cell_id: 'c',
  state: 'done',
  position: null,
  status: 'ok',
  execution_count: 1,
  ts_server_recv: 100,
  ts_kernel_start: 101,
  first_output: 1.5,
  duration: 2.5,
  end_to_end: 3.5,
  bytes_in: 10,
  merged: 0,
  lost: 0,
  peak_memory: null,
  reason: null
};

describe('CellRuns', () => {
  it('has the newest run of each cell', () => {
    const runs = new CellRuns();
    const newer = { ...RUN, run_id: 'r2', ts_server_recv: 102 };
    const other = { ...RUN, run_id: 'r3', cell_id: 'd' };
    expect(runs.take(RUN)).toBe(true);
    expect(runs.take(newer)).toBe(true);
    expect(runs.take(RUN)).toBe(false);
    expect(runs.take(other)).toBe(true);

    expect(runs.get('c')).toBe(newer);
    expect(runs.get('d')).toBe(other);
  });

  it('leaves what is of no cell', () => {
    const runs = new CellRuns();

    expect(runs.take({ ...RUN, cell_id: null })).toBe(false);
    expect(runs.get('c')).toBeNull();
  });

  it('tells which wait or go on', () => {
    const runs = new CellRuns();
    const open: IRunRecord = { ...RUN, cell_id: 'd', state: 'queued' };
    runs.take(RUN);
    runs.take(open);
    expect(runs.open).toEqual([['d', open]]);
    runs.delete('d');

    expect(runs.open).toEqual([]);
  });
});

describe('labelOf', () => {
  it('is the place in the queue, then the time, then the duration', () => {
    const queued: IRunRecord = { ...RUN, state: 'queued', duration: null };
    const running: IRunRecord = { ...RUN, state: 'running', duration: null };

    expect(labelOf({ ...queued, position: 2 }, 200)).toBe('#2');
    expect(labelOf(running, 104.25)).toBe('3.2 s');
    expect(labelOf(RUN, 200)).toBe('2.5 s');
  });

  it('is nothing where nothing is known', () => {
    const queued: IRunRecord = { ...RUN, state: 'queued', duration: null };
    const running: IRunRecord = { ...queued, state: 'running' };

    expect(labelOf(queued, 200)).toBe('');
    expect(labelOf({ ...running, ts_kernel_start: null }, 200)).toBe('');
  });
});

describe('elapsedOf', () => {
  it('is never less than nothing', () => {
    expect(elapsedOf({ ...RUN, state: 'running' }, 50)).toBe(0);
    expect(elapsedOf(RUN, 200)).toBeNull();
  });
});
