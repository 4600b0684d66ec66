/**
 * Prints streams as a kernel may send them, as JSON: a list of streams, each a list of
 * chunks. They are the same for the same seed.
 *
 *     node corpus.mjs SEED COUNT
 */
import fc from 'fast-check';

const word = fc.oneof(
  { weight: 4, arbitrary: fc.stringMatching(/^[a-zA-Z]{1,9}$/) },
  { weight: 2, arbitrary: fc.double({ noNaN: true }).map(String) },
  { weight: 1, arbitrary: fc.stringMatching(/^[!-~]{1,6}$/) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 4 }) }
);
const wide = fc.constantFrom(
  '漢字',
  'ｗｉｄｅ',
  'e\u0301',
  '😀',
  '👩‍👩‍👧',
  'עברית',
  '\u202eabc\u202c',
  '\u2028',
  '█▉▊'
);
const markup = fc.constantFrom(
  '<',
  '>',
  '&',
  '"',
  "'",
  '&amp;',
  '&#60;',
  '<b>bold</b>',
  '<script>alert(1)</script>',
  '<!-- ',
  ']]>',
  '</pre>',
  '\0',
  '\x07',
  '\v',
  '\f',
  '\x7f',
  '\x9b1m',
  '\ufeff'
);
const begin = fc.constantFrom(
  'http://',
  'https://',
  'ftp://',
  'git+ssh://',
  'ab://',
  'www.',
  'data:',
  'javascript://',
  'HTTP://',
  '://'
);
const end = fc.constantFrom(
  '',
  '.',
  ',',
  '...',
  ')',
  ').',
  '>',
  '<',
  '"',
  "'",
  '!',
  '/',
  '?a=1&b=2',
  '#%20',
  ';',
  '😀',
  '\x1b[0m'
);
const middle = fc.constantFrom(
  'example.org',
  'example.org/a(b)',
  'ä.example/x',
  'localhost:8888/lab?token=1',
  'x',
  'a.example\x1b[1m/bold\x1b[0m/c',
  '\b\b',
  'user@a.example/~b'
);
const url = fc.tuple(begin, middle, end).map(parts => parts.join(''));
const number = fc.oneof(
  { weight: 6, arbitrary: fc.nat(109) },
  { weight: 2, arbitrary: fc.constantFrom(0, 1, 4, 7, 22, 24, 27, 39, 49) },
  { weight: 1, arbitrary: fc.nat(300) }
);
const byte = fc.nat(258);
const code = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .array(number, { maxLength: 4 })
      .map(all => `\x1b[${all.join(';')}m`)
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(38, 48), byte)
      .map(([kind, index]) => `\x1b[${kind};5;${index}m`)
  },
  {
    weight: 2,
    arbitrary: fc
      .tuple(fc.constantFrom(38, 48), byte, byte, byte)
      .map(all => `\x1b[${all[0]};2;${all.slice(1).join(';')}m`)
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(
      '\x1b[2K',
      '\x1b[1A',
      '\x1b[?25l',
      '\x1b[1 q',
      '\x1b[H',
      '\x1b[38m',
      '\x1b[48;5m',
      '\x1b[1:2m',
      '\x1b[;m',
      '\x1b[m'
    )
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '\x1b',
      '\x1b[',
      '\x1b[3',
      '\x1b[38;5;',
      '\x1b(B',
      '\x1b]8;;http://a.example\x1b\\',
      '\x1b\x1b[31m'
    )
  }
);
const control = fc.constantFrom('\r', '\b', '\b\b\b', '\r\n', '\n\r', '\n');
const blank = fc.constantFrom(' ', '  ', '\t', '\n', '\u00a0', '');

const token = fc.oneof(
  { weight: 6, arbitrary: word },
  { weight: 6, arbitrary: blank },
  { weight: 3, arbitrary: fc.constant('\n') },
  { weight: 2, arbitrary: wide },
  { weight: 2, arbitrary: markup },
  { weight: 3, arbitrary: url },
  { weight: 4, arbitrary: code },
  { weight: 2, arbitrary: control }
);
const phrase = fc
  .array(token, { minLength: 1, maxLength: 40 })
  .map(parts => parts.join(''));

/** Progress bars, each of which writes over the one before. */
const bar = fc
  .tuple(fc.integer({ min: 2, max: 30 }), fc.constantFrom('\r', '\b\b\b\b'))
  .map(([count, back]) =>
    Array.from(
      { length: count },
      (_, i) => `${back}\x1b[32m${'█'.repeat(i)}\x1b[0m${' '.repeat(count - i)}`
    ).join('')
  );

/** Some text many times: whole lines, or a line that is long. */
const much = fc
  .tuple(phrase, fc.integer({ min: 41_000, max: 130_000 }), fc.boolean())
  .map(([source, size, hasLines]) => {
    const flat = source.replace(/[\n\r\b]/g, ' ').slice(0, 300);
    // An address that never ends would be cut, and so would a code.
    const line = `${flat} m ${hasLines ? '\n' : ''}`;
    return line.repeat(Math.ceil(size / line.length));
  });

const solid = fc
  .tuple(fc.constantFrom('x', '0123456789', '漢', '😀', '=+/'), fc.nat(20))
  .map(
    ([part, shift]) => '-'.repeat(shift) + part.repeat(50_000 / part.length)
  );

const small = fc
  .array(fc.oneof({ weight: 5, arbitrary: phrase }, bar), {
    minLength: 1,
    maxLength: 6
  })
  .map(parts => parts.join(''));
const large = fc
  .tuple(small, fc.oneof({ weight: 4, arbitrary: much }, solid), small)
  .map(parts => parts.join(''));

/** Cut where it happens to be, but in no character: no kernel can send half of one. */
function cut([text, places]) {
  const characters = Array.from(text);
  const ends = [...places, 1].map(place =>
    Math.floor(place * characters.length)
  );
  const sorted = ends.sort((a, b) => a - b);
  const chunks = sorted.map((at, i) =>
    characters.slice(sorted[i - 1] ?? 0, at).join('')
  );
  return chunks.filter(chunk => chunk !== '');
}

const place = fc.integer({ min: 0, max: 1000 }).map(part => part / 1000);
const stream = of =>
  fc
    .tuple(of, fc.array(place, { minLength: 1, maxLength: 12, size: 'max' }))
    .map(([text, places]) => cut([text.toWellFormed(), places]))
    .filter(chunks => /\w/.test(chunks.join('')));

const [seed, count] = process.argv.slice(2).map(Number);
const few = Math.ceil(count / 15);
const streams = [
  ...fc.sample(stream(small), { seed, numRuns: count - few }),
  ...fc.sample(stream(large), { seed, numRuns: few })
];
process.stdout.write(JSON.stringify(streams));
