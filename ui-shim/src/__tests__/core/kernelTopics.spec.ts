import {
  isKernelState,
  isRunRecord,
  isUsage,
  topicsIn
} from '../../core/kernelTopics';

const STATE = {
  kernel_id: 'k',
  name: 'python3',
  path: 'a.ipynb',
  execution_state: 'busy',
  queue: 2,
  running: { run_id: 'r', cell_id: 'c', since: 100 },
  restarts: 0,
  clients: 1,
  reason: null
};

const RUN = {
  run_id: 'r',
  kernel_id: 'k',
  cell_id: null,
  path: null,
  initiator: 's',
  state: 'queued',
  position: 1,
  status: null,
  execution_count: null,
  ts_client_send: null,
  ts_server_recv: 100,
  ts_kernel_start: null,
  ts_first_output: null,
  ts_done: null,
  first_output: null,
  duration: null,
  end_to_end: null,
  messages_in: 0,
  bytes_in: 0,
  messages_out: 0,
  bytes_out: 0,
  merged: 0,
  spilled: 0,
  lost: 0,
  peak_memory: null,
  reason: null,
  painted: null
};

const USAGE = {
  is_known: true,
  cpu_percent: 12.5,
  rss: 1000,
  pss: null,
  threads: 3,
  children: 0,
  limit: null,
  limit_source: null,
  gpu: null,
  ts: 100
};
const GPU = { name: 'one', memory: 1, total: 2 };

/** Return *value* without each of its keys, and with it as something else. */
function broken(value: object, ...keys: string[]): unknown[] {
  return keys.flatMap(key => [
    { ...value, [key]: undefined },
    { ...value, [key]: [] }
  ]);
}

describe('topicsIn', () => {
  it('has the values of a frame', () => {
    const frame = { topics: { a: 1, b: null } };

    expect(Object.fromEntries(topicsIn(frame) ?? [])).toEqual(frame.topics);
    expect(topicsIn({ error: 'no' })).toBeNull();
    expect(topicsIn([])).toBeNull();
  });
});

describe('isKernelState', () => {
  it('knows one, and nothing else', () => {
    const others = broken(STATE, 'name', 'execution_state', 'queue', 'reason');

    expect(isKernelState(STATE)).toBe(true);
    expect([null, ...others].filter(isKernelState)).toEqual([]);
  });
});

describe('isRunRecord', () => {
  it('knows one, and nothing else', () => {
    const keys = ['run_id', 'cell_id', 'state', 'position', 'lost', 'duration'];

    expect(isRunRecord(RUN)).toBe(true);
    expect([null, ...broken(RUN, ...keys)].filter(isRunRecord)).toEqual([]);
  });
});

describe('isUsage', () => {
  it('knows what is used, and that it is not known', () => {
    expect(isUsage(USAGE)).toBe(true);
    expect(isUsage({ ...USAGE, gpu: [GPU] })).toBe(true);
    expect(isUsage({ is_known: false, reason: 'remote' })).toBe(true);
  });

  it('knows nothing else', () => {
    const others = [
      null,
      { is_known: false },
      { ...USAGE, gpu: [{ ...GPU, name: 1 }] },
      ...broken(USAGE, 'is_known', 'rss', 'pss', 'limit'),
      { ...USAGE, gpu: 1 }
    ];

    expect(others.filter(isUsage)).toEqual([]);
  });
});
