import fc from 'fast-check';

import { availableOf, cutOf, isSamePlace, missingOf } from '../../core/cut';
import { describe as describeCut } from '../../core/cutWords';

const RUN = { version: 1, kernel_id: 'kernel', run_id: 'run', start: 17 };
const TEXT = {
  ...RUN,
  kind: 'text',
  head_bytes: 640,
  tail_bytes: 10,
  total_bytes: 2000,
  head_lines: 1,
  tail_lines: 1,
  total_lines: 3,
  kept_bytes: 2000,
  is_done: true
};
const RICH = {
  ...RUN,
  kind: 'rich',
  index: 0,
  total_bytes: 5000,
  mime_types: ['image/png'],
  kept_bytes: 5000
};
const OUTPUTS = {
  ...RUN,
  kind: 'outputs',
  index: 3,
  shown: 100,
  total: 120,
  kept: 20
};
const MARKERS = [TEXT, RICH, OUTPUTS];

const words = {
  __: (message: string, ...values: unknown[]): string =>
    message.replace(/%(\d)/g, (_, at: string) => String(values[Number(at) - 1]))
};

/** A marker of which some has been made into something else. */
const mangled = fc
  .tuple(
    fc.constantFrom(...MARKERS),
    fc.dictionary(
      fc.constantFrom(...MARKERS.flatMap(Object.keys), '__proto__'),
      fc.oneof(fc.anything(), fc.integer(), fc.constantFrom('..', '\ud800'))
    )
  )
  .map(([marker, changes]): unknown => ({ ...marker, ...changes }));

describe('cutOf', () => {
  it.each(MARKERS)('understands one of kind $kind', marker => {
    expect(cutOf(marker)).toMatchObject({ kind: marker.kind, runId: 'run' });
  });

  it('understands what it can go on with, or nothing', () => {
    fc.assert(
      fc.property(fc.oneof(fc.anything(), mangled), value => {
        const cut = cutOf(value);
        if (cut === null) {
          return;
        }
        const available = availableOf(cut);

        expect(available).toBeGreaterThanOrEqual(0);
        expect(available).toBeLessThanOrEqual(missingOf(cut));
        expect(encodeURIComponent(cut.runId)).not.toMatch(/^\.*$|\//);
        expect(() => encodeURIComponent(cut.kernelId)).not.toThrow();
        const loaded = { size: available, lines: 0 };
        expect(describeCut(cut, loaded, words).label).not.toBe('');
      })
    );
  });

  it.each([
    ['another version', { version: 2 }],
    ['another kind', { kind: 'sound' }],
    ['a place above', { run_id: '..' }],
    ['a huge identifier', { kernel_id: 'a'.repeat(1000) }],
    ['half a character', { kernel_id: '\ud800' }],
    ['a negative size', { head_bytes: -1 }],
    ['a size that is no number', { total_bytes: '2000' }],
    ['more shown than there is', { head_bytes: 1995 }],
    ['an end that is none', { is_done: 'yes' }]
  ])('does not understand %s', (_, change) => {
    expect(cutOf({ ...TEXT, ...change })).toBeNull();
  });

  it('takes few and short types only', () => {
    const types = [3, ...Array<string>(1000).fill('x'.repeat(1000))];

    expect(cutOf({ ...RICH, mime_types: types })).toMatchObject({
      mimeTypes: Array<string>(4).fill('x'.repeat(60))
    });
  });
});

describe('availableOf', () => {
  it.each([
    [TEXT, {}, 1350],
    [TEXT, { kept_bytes: 1000 }, 360],
    [TEXT, { kept_bytes: 0 }, 0],
    [RICH, {}, 1],
    [RICH, { kept_bytes: 0 }, 0],
    [OUTPUTS, {}, 20],
    [OUTPUTS, { kept: 5 }, 5],
    [OUTPUTS, { kept: 500 }, 20]
  ])('is what can be had of %j with %j', (marker, change, expected) => {
    const cut = cutOf({ ...marker, ...change });

    expect(cut && availableOf(cut)).toBe(expected);
  });
});

describe('isSamePlace', () => {
  it.each([
    [{ total_bytes: 3000, kept_bytes: 3000 }, true],
    [{ tail_bytes: 0, is_done: false }, true],
    [{ run_id: 'other' }, false],
    [{ kernel_id: 'other' }, false],
    [{ start: 18 }, false],
    [{ head_bytes: 641 }, false]
  ])('of a marker with %j', (change, expected) => {
    const [one, other] = [cutOf(TEXT), cutOf({ ...TEXT, ...change })];

    expect(one && other && isSamePlace(one, other)).toBe(expected);
  });
});
