import fc from 'fast-check';

import { matches } from '../../core/glob';

describe('matches', () => {
  it('takes what has no wildcard as it is', () => {
    const plain = fc
      .string({ unit: 'binary' })
      .map(text => text.replace(/^\/+|[*?]/gu, '').replace(/^\/+/, ''));
    fc.assert(
      fc.property(plain, path => {
        expect(matches(path, path)).toBe(true);
        expect(matches(path, `${path}x`)).toBe(false);
      })
    );
  });

  it('takes all for two stars', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), path => {
        expect(matches('**', path)).toBe(true);
      })
    );
  });
});
