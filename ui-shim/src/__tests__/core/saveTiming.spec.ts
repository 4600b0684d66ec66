import fc from 'fast-check';

import { SaveTiming } from '../../core/saveTiming';

const PACE = { quiet: 2000, longest: 15_000 };
const pauses = fc.array(fc.integer({ min: 0, max: 6000 }), { minLength: 1 });

describe('SaveTiming', () => {
  it('has nothing to save where nothing has changed', () => {
    const timing = new SaveTiming();

    expect(timing.due(PACE)).toBeNull();
    timing.changed(10);
    timing.began(20);
    expect(timing.due(PACE)).toBeNull();
    timing.changed(30);
    timing.forget();
    expect(timing.due(PACE)).toBeNull();
  });

  it('saves when nothing has changed for a while, and not too late', () => {
    fc.assert(
      fc.property(pauses, gaps => {
        const timing = new SaveTiming();
        let now = 100;
        timing.changed(now);
        for (const gap of gaps) {
          now += gap;
          timing.changed(now);
        }

        expect(timing.due(PACE)).toBe(Math.min(now + 2000, 100 + 15_000));
      })
    );
  });

  it('leaves ten times as long as it takes to save', () => {
    fc.assert(
      fc.property(fc.nat(100_000), fc.nat(100_000), (took, later) => {
        const timing = new SaveTiming();
        timing.changed(0);
        timing.began(2000);
        timing.ended(2000 + took);
        const now = 2000 + took + later;
        timing.changed(now);

        expect(timing.due(PACE)).toBe(Math.max(now + 2000, 2000 + 11 * took));
      })
    );
  });

  it('keeps what changes while it is saved', () => {
    const timing = new SaveTiming();
    timing.changed(0);
    timing.began(2000);
    timing.changed(2050);
    timing.ended(2100);

    expect(timing.due(PACE)).toBe(4050);
  });
});
