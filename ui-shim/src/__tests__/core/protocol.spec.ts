import fc from 'fast-check';

import {
  displayIdOf,
  isCellDone,
  isCellStart,
  isRun,
  isStanding,
  numberOf,
  ownedRuns
} from '../../core/protocol';

const START = { run_id: 'r', cell_id: 'c', initiator: 's' };
const DONE = { ...START, status: 'ok', execution_count: 1 };
const RUN = {
  ...DONE,
  state: 'done',
  cursor: 3,
  is_owner: true,
  is_seen: false,
  outputs: [{ output_type: 'stream', name: 'stdout', text: '' }],
  clears_next: false,
  input_request: null
};
const HEADER = { msg_id: 'm', msg_type: 'input_request', session: 'k' };
const ASKING = {
  ...RUN,
  state: 'running',
  status: null,
  input_request: { header: HEADER, content: { prompt: '', password: false } }
};

describe('what comes from the server', () => {
  it('is known by its form', () => {
    expect(isCellStart({ ...START, cell_id: null })).toBe(true);
    expect(isCellDone(DONE)).toBe(true);
    expect(isRun(RUN)).toBe(true);
    expect(isRun(ASKING)).toBe(true);
    expect(isStanding({ is_connected: true, sent: 1 })).toBe(true);
    expect(ownedRuns({ run_ids: ['a', 1, 'b'] })).toEqual(['a', 'b']);
  });

  it('is refused if anything is missing', () => {
    for (const key of Object.keys(RUN)) {
      expect(isRun({ ...RUN, [key]: undefined })).toBe(false);
    }
    for (const key of Object.keys(HEADER)) {
      const header = { ...HEADER, [key]: undefined };
      const content = ASKING.input_request.content;

      expect(isRun({ ...ASKING, input_request: { header, content } })).toBe(
        false
      );
    }
  });

  it('may be anything', () => {
    fc.assert(
      fc.property(fc.anything(), value => {
        expect(isCellStart(value) || isCellDone(value)).toBe(false);
        expect(isRun(value) || isStanding(value)).toBe(false);
        expect(ownedRuns(value)).toEqual([]);
        expect(numberOf(value) ?? displayIdOf(value)).toBeNull();
      })
    );
  });
});

describe('numberOf', () => {
  it('tells the number, and for how many a message stands', () => {
    expect(numberOf({ fastpath: { event_idx: 17, events: 5 } })).toEqual({
      first: 17,
      count: 5
    });
    expect(numberOf({ fastpath: { event_idx: 17 } })).toEqual({
      first: 17,
      count: 1
    });
  });
});

describe('displayIdOf', () => {
  it('tells the display of an output', () => {
    expect(displayIdOf({ transient: { display_id: 'd' } })).toBe('d');
    expect(displayIdOf({ transient: {} })).toBeNull();
  });
});
