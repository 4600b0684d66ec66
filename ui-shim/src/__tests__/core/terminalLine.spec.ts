import fc from 'fast-check';

import { commonLength, TerminalLine } from '../../core/terminalLine';

const source = fc
  .array(
    fc.oneof(
      { weight: 4, arbitrary: fc.constantFrom('\r', '\b', '\n', '\r\n') },
      fc.string({ maxLength: 5 }),
      fc.string({ unit: 'binary', maxLength: 3 })
    ),
    { maxLength: 8 }
  )
  .map(parts => parts.join(''));
const sources = fc.array(source, { maxLength: 8 });

describe('TerminalLine', () => {
  it('makes of any chunks the text that JupyterLab does', () => {
    fc.assert(
      fc.property(source, sources, (begun, chunks) => {
        const terminal = new Terminal(begun);
        const line = new TerminalLine(begun);
        let text = begun;
        for (const chunk of chunks) {
          text = written(text, line, chunk);
          terminal.write(chunk);

          expect(text).toBe(terminal.text);
          expect(line.length).toBe(text.length);
        }
      })
    );
  });

  it('makes the same text wherever it is cut', () => {
    fc.assert(
      fc.property(sources, chunks => {
        const line = new TerminalLine();
        const whole = new TerminalLine().write(chunks.join(''));

        expect(chunks.reduce((text, one) => written(text, line, one), '')).toBe(
          whole.text
        );
      })
    );
  });

  it('changes nothing before the last line, and nothing that stays', () => {
    fc.assert(
      fc.property(sources, chunks => {
        const line = new TerminalLine();
        let text = '';
        for (const chunk of chunks) {
          const { start, text: more } = line.write(chunk);

          expect(start).toBeGreaterThanOrEqual(text.lastIndexOf('\n') + 1);
          expect(commonLength(text.slice(start), more)).toBe(0);
          text = text.slice(0, start) + more;
        }
      })
    );
  });

  it('needs only the last line of what there is', () => {
    fc.assert(
      fc.property(source, source, (begun, more) => {
        const last = begun.slice(begun.lastIndexOf('\n') + 1);
        const line = new TerminalLine(last, begun.length);

        expect(line.write(more)).toEqual(new TerminalLine(begun).write(more));
      })
    );
  });

  it.each([
    ['10 %\r20 %', '20 %'],
    ['100 %\r9', '900 %'],
    ['ab\bc', 'ac'],
    ['ab\r\bc', 'cb'],
    ['abc\r\b\nd', 'abc\nd'],
    ['a\n\b\bb', 'a\nb'],
    ['a\r\n\rb', 'a\nb']
  ])('writes %j as %j', (chunk, text) => {
    expect(new TerminalLine().write(chunk)).toEqual({ start: 0, text });
  });
});

describe('commonLength', () => {
  it('is how long two beginnings are equal', () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (both, a, b) => {
        const length = commonLength(both + a, both + b);

        expect(length).toBeGreaterThanOrEqual(both.length);
        expect((both + a).slice(0, length)).toBe((both + b).slice(0, length));
        expect(
          length === Math.min(a.length, b.length) + both.length ||
            (both + a)[length] !== (both + b)[length]
        ).toBe(true);
      })
    );
  });
});

/** What `processText` of JupyterLab does, one character after the other. */
class Terminal {
  constructor(public text: string) {
    this._at = text.length;
  }

  write(chunk: string): void {
    for (let i = 0; i < chunk.length; i++) {
      this._put(chunk.charAt(i));
    }
  }

  private _put(character: string): void {
    const { text } = this;
    if (character === '\n') {
      this.text += '\n';
      this._at = this.text.length;
    } else if (character === '\r') {
      while (this._at > 0 && text[this._at - 1] !== '\n') {
        this._at--;
      }
    } else if (character !== '\b') {
      this.text = text.slice(0, this._at) + character + text.slice(++this._at);
    } else if (this._at > 0 && text[this._at - 1] !== '\n') {
      this.text = text.slice(0, this._at - 1) + text.slice(this._at + 1);
      this._at--;
    }
  }

  private _at: number;
}

function written(text: string, line: TerminalLine, chunk: string): string {
  const change = line.write(chunk);
  return text.slice(0, change.start) + change.text;
}
