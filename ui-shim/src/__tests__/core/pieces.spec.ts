import fc from 'fast-check';

import { parseAnsi, PLAIN } from '../../core/ansi';
import { findLinks } from '../../core/links';
import {
  concat,
  goesOn,
  PLAIN_KEY,
  piecesOf,
  textOf,
  type IPiece
} from '../../core/pieces';

const word = fc.oneof(
  fc.constantFrom('http://a.example/b', 'www.', 'x', ' ', ', ', '\n', '<b>'),
  fc.constantFrom('\x1b[31m', '\x1b[0m', '\x1b[1m', '\x1b[32;4m', '\x1b[2K'),
  fc.string({ maxLength: 4 })
);
const text = fc.array(word, { maxLength: 14 }).map(parts => parts.join(''));

describe('piecesOf', () => {
  it('has all text without codes, and all links', () => {
    fc.assert(
      fc.property(text, source => {
        const { pieces, state } = piecesOf(source, PLAIN, true);
        const parsed = parseAnsi(source, PLAIN);
        const shown = parsed.parts.map(part => part.text).join('');

        expect(pieces.map(textOf).join('')).toBe(shown);
        expect(hrefs(pieces)).toEqual(
          findLinks(shown).map(({ start, end, href }) => [
            shown.slice(start, end),
            href
          ])
        );
        expect(state).toEqual(parsed.state);
      })
    );
  });

  it('has no null characters', () => {
    const { pieces } = piecesOf(
      '\x1b[31m\0\x1b[0mwww.\0example.com\0',
      PLAIN,
      true
    );

    expect(pieces.map(textOf)).toEqual(['www.example.com']);
    expect(hrefs(pieces)).toHaveLength(1);
  });

  it('has the style of each character', () => {
    fc.assert(
      fc.property(text, fc.boolean(), (source, hasLinks) => {
        const { pieces } = piecesOf(source, PLAIN, hasLinks);

        expect(styles(pieces.flatMap(({ parts }) => parts))).toEqual(
          styles(parseAnsi(source, PLAIN).parts)
        );
      })
    );
  });

  it('has links only if they are wanted', () => {
    fc.assert(
      fc.property(text, source => {
        expect(hrefs(piecesOf(source, PLAIN, false).pieces)).toEqual([]);
      })
    );
  });

  it('has no two plain pieces that follow each other', () => {
    fc.assert(
      fc.property(text, source => {
        const keys = piecesOf(source, PLAIN, true).pieces.map(({ key }) => key);

        expect(
          keys.filter((key, i) => key === PLAIN_KEY && keys[i - 1] === key)
        ).toEqual([]);
      })
    );
  });
});

describe('concat', () => {
  it('gives of lines what all of them give', () => {
    fc.assert(
      fc.property(text, text, fc.boolean(), (one, other, hasLinks) => {
        const whole = piecesOf(`${one}\n${other}`, PLAIN, hasLinks);
        const first = piecesOf(`${one}\n`, PLAIN, hasLinks);
        const second = piecesOf(other, first.state, hasLinks);

        expect(concat(first, second)).toEqual(whole);
      })
    );
  });

  it('knows whether what has no text went on', () => {
    const nothing = piecesOf('\x1b[31m', PLAIN, true);
    const red = piecesOf('a', nothing.state, true);

    expect(concat(nothing, red).continues).toBe(false);
  });
});

describe('goesOn', () => {
  it('is so for text of one style with no code between', () => {
    const { pieces, state } = piecesOf('\x1b[31ma', PLAIN, true);
    const [red] = pieces;
    const [more] = piecesOf('b', state, true).pieces;
    const [link] = piecesOf('www.example.com', PLAIN, true).pieces;
    if (red === undefined || more === undefined || link === undefined) {
      throw new Error('There is text.');
    }

    expect(goesOn(red, more, true)).toBe(true);
    expect(goesOn(red, more, false)).toBe(false);
    expect(goesOn(link, link, true)).toBe(false);
  });
});

function hrefs(pieces: readonly IPiece[]): unknown[] {
  return pieces
    .filter(({ href }) => href !== null)
    .map(piece => [textOf(piece), piece.href]);
}

function styles(parts: IPiece['parts']): unknown[] {
  return parts.flatMap(({ text: shown, style }) =>
    shown.split('').map(character => [character, style])
  );
}
