import fc from 'fast-check';

import { FrameBudget } from '../../core/frameBudget';

const LONG = 1000 / 60;
const duration = fc.oneof(
  fc.double({ min: 0, max: 30, noNaN: true }),
  fc.double({ min: 0, max: 2000, noNaN: true })
);

describe('FrameBudget', () => {
  it('allows between one and eight milliseconds', () => {
    fc.assert(
      fc.property(fc.array(duration), durations => {
        const budget = new FrameBudget();
        let now = 0;
        for (const took of durations) {
          budget.spent(now, now + took);
          now += took;

          expect(budget.allowance).toBeGreaterThanOrEqual(1);
          expect(budget.allowance).toBeLessThanOrEqual(8);
        }
      })
    );
  });

  it('leaves half of the time to others when frames are long', () => {
    fc.assert(
      fc.property(fc.array(duration, { minLength: 1 }), durations => {
        const budget = new FrameBudget();
        let now = 0;
        let others = 0;
        let long = 0;
        for (const took of durations) {
          while (!budget.isOpen(now)) {
            now += LONG;
            others += LONG;
          }
          budget.spent(now, now + took);
          now += took;
          if (took > LONG) {
            long += took;

            expect(budget.isOpen(now)).toBe(false);
            expect(budget.isOpen(now + took * 0.99)).toBe(false);
          } else {
            expect(budget.isOpen(now)).toBe(true);
          }
        }
        const last = durations.at(-1) ?? 0;

        expect(others).toBeGreaterThanOrEqual(
          (long - (last > LONG ? last : 0)) * 0.999
        );
      })
    );
  });

  it('allows less after long frames, and more after short ones', () => {
    const budget = new FrameBudget();
    const first = budget.allowance;
    budget.spent(0, 100);

    expect(budget.allowance).toBeLessThan(first);
    for (let i = 0; i < 20; i++) {
      budget.spent(0, 2);
    }
    expect(budget.allowance).toBe(8);
    budget.spent(0, LONG * 0.75);
    expect(budget.allowance).toBe(8);
    for (let i = 0; i < 20; i++) {
      budget.spent(0, 50);
    }
    expect(budget.allowance).toBe(1);
  });
});
