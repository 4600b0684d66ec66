import fc from 'fast-check';

import { isAbove } from '../../core/outputSize';

const NO_LIMIT = { live_bytes: null, live_lines: null, outputs: null };

const texts = fc.array(fc.string({ unit: 'binary' }));

describe('isAbove', () => {
  it('is not, where there is no limit', () => {
    fc.assert(
      fc.property(texts, some => {
        expect(isAbove(NO_LIMIT, 1e9, some)).toBe(false);
      })
    );
  });

  it('counts bytes as UTF-8 has them', () => {
    const utf8 = new TextEncoder();
    fc.assert(
      fc.property(texts, fc.nat(50), (some, limit) => {
        const bytes = some.map(text => utf8.encode(text).length);
        const sum = bytes.reduce((one, other) => one + other, 0);

        expect(isAbove({ ...NO_LIMIT, live_bytes: limit }, 0, some)).toBe(
          sum > limit
        );
      })
    );
  });

  it.each([
    ['', 0],
    ['a', 1],
    ['a\n', 1],
    ['a\nb', 2],
    ['\n\n', 2]
  ])('counts the lines of %j as %i', (text, lines) => {
    expect(isAbove({ ...NO_LIMIT, live_lines: lines }, 1, [text])).toBe(false);
    expect(isAbove({ ...NO_LIMIT, live_lines: lines }, 1, [text, 'x'])).toBe(
      true
    );
  });

  it('counts outputs', () => {
    expect(isAbove({ ...NO_LIMIT, outputs: 3 }, 3, [])).toBe(false);
    expect(isAbove({ ...NO_LIMIT, outputs: 3 }, 4, [])).toBe(true);
  });
});
