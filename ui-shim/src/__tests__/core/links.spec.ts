import fc from 'fast-check';

import { findLinks } from '../../core/links';

const word = fc.oneof(
  fc.constantFrom('http://', 'https://', 'ab://', 'abc://', 'data:', 'www.'),
  fc.constantFrom('.', ',', ')', '"', "'", '<', '>', ' ', '\n', '\x07', '😀'),
  fc.string({ maxLength: 4 })
);
const text = fc.array(word, { maxLength: 10 }).map(parts => parts.join(''));

describe('findLinks', () => {
  it('gives links in order, apart from each other, and as they are written', () => {
    fc.assert(
      fc.property(text, source => {
        let at = 0;
        for (const { start, end, href } of findLinks(source)) {
          const shown = source.slice(start, end);

          expect(start).toBeGreaterThanOrEqual(at);
          expect(shown.length).toBeGreaterThan(4);
          expect(shown).not.toMatch(/[\s"]/);
          // One angle bracket is taken from the end, whatever is before that.
          expect(`${shown}|${source.slice(end)}`).toMatch(/[^.,)']\||\|[<>]/);
          expect([shown, `https://${shown}`]).toContain(href);
          at = end;
        }
      })
    );
  });

  it('gives the same if lines are searched one after the other', () => {
    fc.assert(
      fc.property(text, text, (one, other) => {
        const length = one.length + 1;
        const behind = findLinks(other).map(link => ({
          ...link,
          start: link.start + length,
          end: link.end + length
        }));

        expect([...findLinks(`${one}\n`), ...behind]).toEqual(
          findLinks(`${one}\n${other}`)
        );
      })
    );
  });

  it.each([
    ['see http://a.example/b?c=d#e.', 'http://a.example/b?c=d#e'],
    ['(http://a.example/(b))', 'http://a.example/(b'],
    ['<a href="http://a.example/">', 'http://a.example/'],
    ['<http://a.example/>', 'http://a.example/'],
    ['www.example.com, ', 'https://www.example.com'],
    ['data:text/plain,1', 'data:text/plain,1'],
    ['xhttp://a.example', 'xhttp://a.example'],
    ['git+ssh://a.example/b', 'git+ssh://a.example/b'],
    ['http://ä.example/😀', 'http://ä.example/😀']
  ])('finds the one in %j', (source, href) => {
    expect(findLinks(source).map(link => link.href)).toEqual([href]);
  });

  it.each([
    'http://',
    'ab://example',
    'example.com',
    'http:// a',
    'javascript://%0aalert(1)',
    'vbscript://x.y/z',
    'JavaScript://%0aalert(1)'
  ])('finds none in %j', source => {
    expect(findLinks(source)).toEqual([]);
  });

  it('is quick with long words', () => {
    expect(findLinks(`${'a'.repeat(300_000)}://`)).toEqual([]);
  });
});
