import fc from 'fast-check';

import { BLOCK, endOf, isFull, rowsOf, takeable } from '../../core/blocks';

// What one block may have at most, and what of it may be left to the next.
const MOST = 2 * BLOCK;

const word = fc.oneof(
  fc.stringMatching(/^[a-z]{1,12}$/),
  fc.constantFrom('😀', '漢字', '👩‍👩‍👧', 'e\u0301'),
  fc.constantFrom(
    '\x1b[31m',
    '\x1b[0m',
    '\x1b[38;5;200m',
    '\x1b[1 q',
    '\x1b[38;2;1;22;255m'
  )
);
const blank = fc.constantFrom(' ', '\t', '', '\u2003');

/** A text of many lines, or of few long ones, with words of which none is long. */
const text = fc
  .tuple(
    fc.array(fc.tuple(word, blank), { minLength: 1, maxLength: 30 }),
    fc.array(fc.nat(2000), { minLength: 1, maxLength: 20 }),
    fc.boolean()
  )
  .map(([words, counts, hasLines]) => {
    const phrase = words.map(pair => pair.join('')).join('') + ' ';
    const end = hasLines ? '\n' : '';
    return counts.map(count => phrase.repeat(count % 700) + end).join('');
  });

/** Where a stream is cut: the sizes of its chunks, which begin anew at the end. */
const sizes = fc.array(fc.integer({ min: 1, max: 50_000 }), { minLength: 1 });

describe('blocks', () => {
  it('are the text when they are joined, and none is larger than it may be', () => {
    fc.assert(
      fc.property(text, sizes, (whole, counts) => {
        const blocks = blocksOf(chunksOf(whole, counts));

        expect(blocks.join('') === whole).toBe(true);
        for (const block of blocks) {
          expect(block.length).toBeLessThanOrEqual(MOST);
        }
        // Layout costs what blocks there are: no two that follow each other are small.
        const pairs = blocks.slice(1).map((block, i) => [blocks[i], block]);
        for (const pair of pairs.slice(0, -1)) {
          expect(pair.join('').length).toBeGreaterThan(BLOCK / 4);
        }
      }),
      { numRuns: 50 }
    );
  });

  it('end in no character, no code and no short word', () => {
    fc.assert(
      fc.property(text, sizes, (whole, counts) => {
        const blocks = blocksOf(chunksOf(whole, counts));
        for (const block of blocks.slice(0, -1)) {
          expect(block.slice(-100)).toMatch(/\s$/u);
          expect(block.slice(-100)).not.toMatch(UNFINISHED);
        }
      }),
      { numRuns: 50 }
    );
  });

  it('end in no character and no code when there is no blank', () => {
    const long = fc
      .array(word, { minLength: 1, maxLength: 20 })
      .map(words => words.join('').replace(/ q/g, 'q').repeat(8000));
    fc.assert(
      fc.property(long, fc.nat(30), (whole, shift) => {
        const blocks = blocksOf([
          `${'-'.repeat(shift)}${whole}`.slice(0, 90_000)
        ]);
        for (const block of blocks.slice(0, -1)) {
          expect(block.slice(-1)).not.toMatch(/[\ud800-\udbff]/);
          expect(block.slice(-100)).not.toMatch(UNFINISHED);
        }
      }),
      { numRuns: 50 }
    );
  });

  it('end before a code that has blanks', () => {
    const long = `${'x'.repeat(MOST - 10)}\x1b[1 qy`;
    for (let length = MOST - 10; length <= long.length; length++) {
      const block = long.slice(0, endOf(long.slice(0, length)));

      expect(block.slice(-100)).not.toMatch(UNFINISHED);
    }
  });

  it('end before a word that has a code', () => {
    const start = `${'x'.repeat(500)} `;

    expect(endOf(`${start}www.\x1b[31mexample.`)).toBe(start.length);
  });

  it('end where a code begins if that is the only place', () => {
    const start = 'x'.repeat(BLOCK);

    expect(endOf(`${start}\x1b[3`)).toBe(start.length);
    expect(endOf(`${start}\x1b`)).toBe(start.length);
  });
});

describe('rowsOf', () => {
  it.each([
    ['', 0],
    ['a', 1],
    ['a\n', 1],
    ['\n\n', 2],
    ['0123456789\n', 1],
    ['01234567890\nb', 3]
  ])('gives %j %i rows of ten columns', (lines, rows) => {
    expect(rowsOf(lines, 10)).toBe(rows);
  });
});

// A code begins with a control character.
// eslint-disable-next-line no-control-regex
const UNFINISHED = /\x1b(?:\[[^@-~\n]*)?$/;

function chunksOf(whole: string, counts: readonly number[]): string[] {
  const chunks: string[] = [];
  for (let at = 0, i = 0; at < whole.length; i++) {
    const count = counts[i % counts.length] ?? 1;
    // Fewer than so many chunks are enough.
    const size = Math.max(count, whole.length / 500);
    chunks.push(whole.slice(at, at + size));
    at += chunks.at(-1)?.length ?? 0;
  }
  return chunks;
}

/** Put chunks into blocks as they come. */
function blocksOf(chunks: readonly string[]): string[] {
  const blocks = [''];
  const waiting = [...chunks];
  for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
    const last = blocks.pop() ?? '';
    const count = takeable(next, last.length);
    const block = last + next.slice(0, count);
    if (count < next.length || isFull(block)) {
      const end = endOf(block);
      blocks.push(block.slice(0, end), '');
      waiting.unshift(block.slice(end), next.slice(count));
    } else {
      blocks.push(block);
    }
  }
  return blocks.filter(block => block !== '');
}
