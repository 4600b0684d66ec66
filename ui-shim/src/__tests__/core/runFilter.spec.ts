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

  it('accepts the last run that was started in a cell, and no other', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, name), { minLength: 1 }),
        name,
        (starts, run) => {
          const filter = new RunFilter();
          for (const [cell, started] of starts) {
            filter.started(cell, started);
          }

          for (const [cell, started] of new Map(starts)) {
            expect(filter.accepts(cell, run)).toBe(run === started);
          }
        }
      )
    );
  });
});
