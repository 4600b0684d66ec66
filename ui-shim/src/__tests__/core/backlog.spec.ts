import fc from 'fast-check';

import { Backlog, RunCursor } from '../../core/backlog';

describe('RunCursor', () => {
  it('passes each number once, however often and early it comes', () => {
    const sizes = fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1 });
    fc.assert(
      fc.property(sizes, fc.nat(), fc.nat(), (counts, start, again) => {
        const messages = numbered(counts);
        const from = start % counts.length;
        const cursor = new RunCursor(messages[from]?.fastpath.event_idx ?? 0);
        // What was sent before comes again, as after a broken connection.
        const back = again % counts.length;
        const sent = [...messages, ...messages.slice(back)];

        expect(sent.filter(metadata => cursor.passes(metadata))).toEqual(
          messages.slice(from)
        );
      })
    );
  });

  it('passes what has no number', () => {
    const cursor = new RunCursor(5);

    expect([{}, null, { fastpath: {} }].map(m => cursor.passes(m))).toEqual([
      true,
      true,
      true
    ]);
  });
});

describe('Backlog', () => {
  it('keeps what comes while it is open, in order', () => {
    const backlog = new Backlog<number>();

    expect(backlog.keeps(1)).toBe(false);
    backlog.open();
    expect(backlog.keeps(2)).toBe(true);
    backlog.open();
    expect(backlog.keeps(3)).toBe(true);
    expect(backlog.close()).toEqual([2, 3]);
    expect(backlog.isOpen).toBe(false);
    expect(backlog.close()).toEqual([]);
  });
});

interface INumbered {
  fastpath: { event_idx: number; events: number };
}

function numbered(counts: readonly number[]): INumbered[] {
  let next = 0;
  return counts.map(events => {
    const fastpath = { event_idx: next, events };
    next += events;
    return { fastpath };
  });
}
