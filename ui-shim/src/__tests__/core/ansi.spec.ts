import fc from 'fast-check';

import {
  parseAnsi,
  PLAIN,
  type IAnsiState,
  type IStyle,
  type IStyledText
} from '../../core/ansi';

const number = fc.oneof(
  fc.constantFrom(0, 1, 4, 5, 7, 21, 22, 24, 27, 38, 39, 48, 49, 2),
  fc.nat(120),
  fc.nat(300)
);
const code = fc.oneof(
  fc.array(number, { maxLength: 6 }).map(all => `\x1b[${all.join(';')}m`),
  fc.constantFrom('\x1b[m', '\x1b[2K', '\x1b[1 q', '\x1b[?25l', '\x1b[1;:m')
);
const text = fc
  .array(
    fc.oneof(
      fc.string({ maxLength: 4 }),
      code,
      fc.constantFrom('\n', '\x1b', '\x1b[', '\x1b[3', ' ')
    ),
    { maxLength: 12 }
  )
  .map(parts => parts.join(''));

describe('parseAnsi', () => {
  it('leaves the text without its codes', () => {
    fc.assert(
      fc.property(text, source => {
        const shown = parseAnsi(source, PLAIN).parts.map(part => part.text);

        expect(shown).not.toContain('');
        expect(shown.join('')).toBe(withoutCodes(source));
      })
    );
  });

  it('gives the same if lines are parsed one after the other', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const whole = parseAnsi(`${one}\n${other}`, PLAIN);
        const first = parseAnsi(`${one}\n`, PLAIN);
        const second = parseAnsi(other, first.state);

        expect(styles([...first.parts, ...second.parts])).toEqual(
          styles(whole.parts)
        );
        expect(second.state).toEqual(whole.state);
      })
    );
  });

  it('gives the same if it begins with the state that codes have set', () => {
    fc.assert(
      fc.property(fc.array(code), text, (codes, source) => {
        const begun = codes.join('');
        const { state } = parseAnsi(begun, PLAIN);

        expect(styles(parseAnsi(source, state).parts)).toEqual(
          styles(parseAnsi(begun + source, PLAIN).parts)
        );
      })
    );
  });

  it('tells whether a code is before the first text', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), code, (plain, one) => {
        expect(parseAnsi(plain + one, PLAIN).continues).toBe(true);
        expect(parseAnsi(one + plain, PLAIN).continues).toBe(false);
      })
    );
  });

  it.each<[string, string, string]>([
    ['31', 'ansi-red-fg', ''],
    ['1;31', 'ansi-red-intense-fg ansi-bold', ''],
    ['5;97', 'ansi-white-intense-fg ansi-bold', ''],
    ['42;4', 'ansi-green-bg ansi-underline', ''],
    ['103', 'ansi-yellow-intense-bg', ''],
    ['7', 'ansi-default-inverse-fg ansi-default-inverse-bg', ''],
    ['7;34', 'ansi-default-inverse-fg ansi-blue-bg', ''],
    ['38;5;9', 'ansi-red-intense-fg', ''],
    ['38;5;16', '', 'color:rgb(0,0,0)'],
    ['38;5;110', '', 'color:rgb(135,175,215)'],
    ['48;5;255', '', 'background-color:rgb(238,238,238)'],
    [
      '38;2;1;2;3;48;2;4;5;6',
      '',
      'color:rgb(1,2,3);background-color:rgb(4,5,6)'
    ],
    ['38;2;1;2;3;7', 'ansi-default-inverse-fg', 'background-color:rgb(1,2,3)']
  ])('shows text behind the code %s', (numbers, className, css) => {
    expect(styleBehind(`\x1b[${numbers}m`)).toEqual({ className, css });
  });

  it.each([
    ['1;4;7;31;42;0'],
    ['31;'],
    ['1;22'],
    ['5;21'],
    ['4;24'],
    ['7;27'],
    ['31;39'],
    ['42;49'],
    ['38;5;256'],
    ['38;2;1;2'],
    ['38;2;1;2;256'],
    ['48'],
    ['38;3;1'],
    ['31;:1'],
    ['108'],
    ['98'],
    ['58']
  ])('shows plain text behind the code %s', numbers => {
    expect(styleBehind(`\x1b[${numbers}m`)).toBeNull();
  });

  it('has no other colour for what is behind a wrong one', () => {
    expect(styleBehind('\x1b[32;38;5;256;31m')?.className).toBe(
      'ansi-green-fg'
    );
  });
});

function styleBehind(codes: string): IStyle | null | undefined {
  const parsed = parseAnsi(`${codes}x`, PLAIN);
  const state: IAnsiState = parsed.state;

  expect(parseAnsi('x', state).parts).toEqual(parsed.parts);
  return parsed.parts[0]?.style;
}

/** Return the style of each character. */
function styles(parts: readonly IStyledText[]): unknown[] {
  return parts.flatMap(({ text: shown, style }) =>
    shown.split('').map(character => [character, style])
  );
}

/** Take one code after the other out of each line. */
function withoutCodes(source: string): string {
  return source
    .split('\n')
    .map((line, i, lines) => lineWithoutCodes(line, i === lines.length - 1))
    .join('\n');
}

function lineWithoutCodes(line: string, isLast: boolean): string {
  const start = line.indexOf('\x1b[');
  if (start < 0) {
    return line;
  }
  let end = start + 2;
  while (end < line.length && !/[@-~]/.test(line.charAt(end))) {
    end++;
  }
  const before = line.slice(0, start);
  if (end === line.length) {
    return isLast ? before : line;
  }
  return before + lineWithoutCodes(line.slice(end + 1), isLast);
}
