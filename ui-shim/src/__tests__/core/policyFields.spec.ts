import fc from 'fast-check';

import {
  FIELDS,
  canBeNone,
  read,
  valueIn,
  write
} from '../../core/policyFields';

function field(key: string) {
  return FIELDS.find(one => one.key === key) ?? fail(key);
}

describe('read and write', () => {
  it('are the reverse of each other for each number of bytes', () => {
    const bytes = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
    fc.assert(
      fc.property(bytes, value => {
        const text = write(field('live_bytes'), value);

        expect(read(field('live_bytes'), text)).toEqual({
          value,
          refusal: null
        });
      })
    );
  });

  it.each([
    ['live_bytes', 64_000_000, '64'],
    ['live_bytes', 1, '0.000001'],
    ['live_bytes', 1_500_000, '1.5'],
    ['live_bytes', null, 'none'],
    ['live_lines', 1_000, '1000'],
    ['above', 'keep', 'keep'],
    ['ephemeral', true, 'true'],
    ['plane', 'persistent', 'persistent'],
    ['outputs', undefined, '']
  ])('write %s = %s as %s', (key, value, text) => {
    expect(write(field(key), value)).toBe(text);
    expect(read(field(key), ` ${text} `)).toEqual({ value, refusal: null });
  });

  it.each([
    ['live_bytes', '-1', 'no number'],
    ['live_bytes', '1,5', 'no number'],
    ['live_bytes', '1e3', 'no number'],
    ['live_bytes', 'NaN', 'no number'],
    ['live_bytes', '0.0000001', 'no whole number'],
    ['live_bytes', '9007199254.740992', 'too large'],
    ['outputs', '1.5', 'no whole number'],
    ['outputs', '9007199254740992', 'too large'],
    ['tail_bytes', 'none', 'no number']
  ])('refuse %s = %s: %s', (key, text, refusal) => {
    expect(read(field(key), text)).toEqual({ refusal });
  });
});

describe('valueIn', () => {
  it('is what is said, if that can be', () => {
    expect(valueIn({ outputs: null }, field('outputs'))).toBeNull();
    expect(valueIn({ outputs: -1 }, field('outputs'))).toBeUndefined();
    expect(valueIn({}, field('outputs'))).toBeUndefined();
    expect(valueIn('keep', field('above'))).toBeUndefined();
  });
});

describe('canBeNone', () => {
  it('knows what has a limit always', () => {
    expect(canBeNone(field('live_bytes'))).toBe(true);
    expect(canBeNone(field('tail_bytes'))).toBe(false);
  });
});
