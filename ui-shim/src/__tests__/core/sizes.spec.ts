import fc from 'fast-check';

import { partSizeOf, sizeOf } from '../../core/sizes';

describe('sizeOf', () => {
  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1000, '1.0 kB'],
    [999_949, '999.9 kB'],
    [999_950, '1.0 MB'],
    [64_000_000, '64.0 MB'],
    [999_950_000, '1.0 GB'],
    [12_340_000_000, '12.3 GB']
  ])('of %d is %s', (bytes, expected) => {
    expect(sizeOf(bytes)).toBe(expected);
  });
});

describe('partSizeOf', () => {
  it.each([
    [65_000_000, 200_000_000, '65.0'],
    [199_999_999, 200_000_000, '199.9'],
    [200_000_000, 200_000_000, '200.0'],
    [65_000, 200_000_000, '65.0 kB'],
    [5, 7, '5']
  ])('of %d of %d is %s', (bytes, whole, expected) => {
    expect(partSizeOf(bytes, whole)).toBe(expected);
  });

  it('is never more than the whole', () => {
    fc.assert(
      fc.property(fc.nat(2e9), fc.nat(2e9), (one, other) => {
        const [part, whole] = [Math.min(one, other), Math.max(one, other)];
        const told = partSizeOf(part, whole);
        const isAlone = !told.includes(' ');

        expect(isAlone && parseFloat(told) > parseFloat(sizeOf(whole))).toBe(
          false
        );
      })
    );
  });
});
