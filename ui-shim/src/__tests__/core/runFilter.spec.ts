import fc from 'fast-check';

import { RunFilter } from '../../core/runFilter';

/** Few names, so that they meet. */
const name = fc.constantFrom('a', 'b', 'c');

describe('RunFilter', () => {
  it('accepts all of a cell of which no run is known', () => {
    fc.assert(
      fc.property(name, name, (cell, run) => {
        expect(new RunFilter().accepts(cell, run)).toBe(true);
      })
    );
  });

  it('accepts the last run that was asked for here, and no other', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, name), { minLength: 1 }),
        name,
        (requests, run) => {
          const filter = new RunFilter();
          for (const [cell, requested] of requests) {
            filter.requested(cell, requested);
          }

          for (const [cell, requested] of new Map(requests)) {
            expect(filter.accepts(cell, run)).toBe(requested === run);
            expect(filter.isOwn(requested)).toBe(true);
          }
        }
      )
    );
  });

  it('lets a run of another page replace one that has begun here', () => {
    const filter = new RunFilter();
    filter.requested('cell', 'own');

    expect(filter.begins('cell', 'own')).toBe(true);
    expect(filter.begins('cell', 'other')).toBe(true);
    expect(filter.accepts('cell', 'own')).toBe(false);
  });

  it('lets no run of another page replace one that waits here', () => {
    const filter = new RunFilter();
    filter.requested('cell', 'own');

    expect(filter.begins('cell', 'other')).toBe(false);
    expect(filter.accepts('cell', 'own')).toBe(true);
  });

  it('takes what the server has as newest, but for what was asked since', () => {
    const filter = new RunFilter();

    expect(filter.hasRun('cell')).toBe(false);
    expect(filter.isNewest('cell', 'first')).toBe(true);
    expect(filter.isNewest('cell', 'second')).toBe(true);
    expect(filter.hasRun('cell')).toBe(true);
    filter.requested('cell', 'own');
    expect(filter.isNewest('cell', 'second')).toBe(false);
    expect(filter.isNewest('cell', 'own')).toBe(true);
  });

  it('tells which cells show all of a run', () => {
    const filter = new RunFilter();

    expect(filter.isWhole('cell')).toBe(false);
    filter.requested('cell', 'first');
    expect(filter.isWhole('cell')).toBe(true);
    filter.lost('first');
    expect(filter.isWhole('cell')).toBe(false);
    expect(filter.hasLost).toBe(true);
    filter.requested('cell', 'second');
    expect(filter.isWhole('cell')).toBe(true);
    expect(filter.hasLost).toBe(false);
  });

  it('tells that what was lost has been found', () => {
    const filter = new RunFilter();
    filter.requested('cell', 'run');
    filter.lost('run');
    filter.found();

    expect(filter.isWhole('cell')).toBe(true);
    expect(filter.hasLost).toBe(false);
  });
});
