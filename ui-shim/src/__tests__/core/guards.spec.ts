import fc from 'fast-check';

import { isEqual, isRecord } from '../../core/guards';

describe('isEqual', () => {
  it('is true of any value of JSON and its copy', () => {
    fc.assert(
      fc.property(fc.jsonValue(), value => {
        expect(isEqual(plain(value), plain(value))).toBe(true);
      })
    );
  });

  it('is true of two values exactly if their texts with sorted keys are', () => {
    const value = fc.jsonValue({ maxDepth: 1 });
    fc.assert(
      fc.property(value, value, (one, other) => {
        expect(isEqual(plain(one), plain(other))).toBe(
          sorted(plain(one)) === sorted(plain(other))
        );
      })
    );
  });
});

describe('isRecord', () => {
  it('is true of objects with keys only', () => {
    expect([{}, [], null, 'a', 1, undefined].map(isRecord)).toEqual([
      true,
      false,
      false,
      false,
      false,
      false
    ]);
  });
});

function sorted(value: unknown): string {
  if (Array.isArray(value)) {
    return `[${value.map(sorted).join()}]`;
  }
  if (isRecord(value)) {
    const pairs = Object.entries(value).map(
      ([key, one]) => `${JSON.stringify(key)}:${sorted(one)}`
    );
    return `{${pairs.sort().join()}}`;
  }
  return JSON.stringify(value);
}

/** Return *value* as it comes off the wire, which knows no -0. */
function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}
