import fc from 'fast-check';

import { changeOf, moreText, withoutTransient } from '../../core/outputs';
import type { IOutput } from '../../core/protocol';

/** A text as it is seen: lines. */
const text = fc
  .array(fc.constantFrom('a', 'b', '\n'), { maxLength: 12 })
  .map(parts => parts.join(''));

const stream = fc.record({
  output_type: fc.constant('stream'),
  name: fc.constantFrom('stdout', 'stderr'),
  text
});
const rich = fc.record({
  output_type: fc.constant('display_data'),
  data: fc.constantFrom({ 'text/plain': '1' }, { 'text/plain': '2' }),
  metadata: fc.constant({})
});
const outputs: fc.Arbitrary<IOutput[]> = fc
  .array<IOutput>(fc.oneof(stream, rich), { maxLength: 4 })
  .map(joined);

describe('changeOf', () => {
  it('makes what is shown what was recovered, whatever that is', () => {
    fc.assert(
      fc.property(
        outputs,
        outputs,
        fc.boolean(),
        (shown, recovered, trusted) => {
          const change = changeOf(shown, recovered, trusted);

          expect(applied(shown, change)).toEqual(recovered);
        }
      )
    );
  });

  it('leaves what is right as it is', () => {
    fc.assert(
      fc.property(outputs, fc.nat(), fc.nat(), (recovered, many, long) => {
        const shown = recovered.slice(0, many % (recovered.length + 1));
        const last = shown[shown.length - 1];
        if (typeof last?.text === 'string') {
          const length = long % (last.text.length + 1);
          shown[shown.length - 1] = {
            ...last,
            text: last.text.slice(0, length)
          };
        }

        expect(changeOf(shown, recovered, true).clears).toBe(false);
      })
    );
  });

  it('keeps nothing that is not trusted', () => {
    expect(changeOf([], [], false)).toEqual({ clears: true, add: [] });
  });

  it('begins anew if a display may be updated', () => {
    const display = {
      output_type: 'display_data',
      data: {},
      metadata: {},
      transient: { display_id: 'd' }
    };

    expect(changeOf([withoutTransient(display)], [display], true)).toEqual({
      clears: true,
      add: [display]
    });
  });

  it('does not mind where text goes on in an output that is complete', () => {
    const shown = [{ output_type: 'stream', name: 'stdout', text: '10 %' }];
    const [one] = shown;
    const recovered = [{ ...one, output_type: 'stream', text: '10 %\r' }];

    expect(changeOf(shown, recovered, true)).toEqual({
      clears: false,
      add: [{ ...one, text: '\r10 %\r' }]
    });
  });
});

describe('moreText', () => {
  it('is nothing if the text is another one', () => {
    expect(moreText('ab', 'ac')).toBeNull();
    expect(moreText('ab', 'a\rab')).toBeNull();
  });
});

/** Join neighbours as an output area does. */
function joined(parts: readonly IOutput[]): IOutput[] {
  const whole: IOutput[] = [];
  for (const part of parts) {
    const last = whole[whole.length - 1];
    if (last?.output_type === 'stream' && last.name === part.name) {
      whole[whole.length - 1] = {
        ...last,
        text: written(String(last.text), String(part.text))
      };
    } else {
      whole.push(part);
    }
  }
  return whole;
}

/** Write *more* after *text*: a carriage return goes to the start of the line. */
function written(before: string, more: string): string {
  let seen = before;
  let at = before.length;
  for (const character of more) {
    if (character === '\r') {
      at = seen.lastIndexOf('\n') + 1;
    } else if (character === '\n') {
      seen += character;
      at = seen.length;
    } else {
      seen = seen.slice(0, at) + character + seen.slice(at + 1);
      at += 1;
    }
  }
  return seen;
}

function applied(
  shown: readonly IOutput[],
  change: ReturnType<typeof changeOf>
): IOutput[] {
  return joined([...(change.clears ? [] : shown), ...change.add]);
}
