import fc from 'fast-check';

import { PendingText } from '../../core/pendingText';

const text = fc.string({ maxLength: 6 });

/** What may be done with it: numbers are parts of what there is, in percent. */
const action = fc.oneof(
  fc.record({ kind: fc.constant('add' as const), text }),
  fc.record({
    kind: fc.constant('change' as const),
    text,
    percent: fc.integer({ min: 0, max: 100 })
  }),
  fc.record({
    kind: fc.constant('take' as const),
    percent: fc.integer({ min: 0, max: 100 })
  }),
  fc.record({
    kind: fc.constant('putBack' as const),
    percent: fc.integer({ min: 0, max: 100 })
  })
);
type Action = typeof action extends fc.Arbitrary<infer T> ? T : never;

describe('PendingText', () => {
  it('gives the whole text, whatever has been put and taken before', () => {
    fc.assert(
      fc.property(fc.array(action, { maxLength: 30 }), actions => {
        const reader = new Reader();
        for (const one of actions) {
          reader.act(one);
          reader.check();
        }
        reader.takeAll();

        expect(reader.shown).toBe(reader.whole);
        expect(reader.pending.isEmpty).toBe(true);
      })
    );
  });

  it('keeps what waits when much has been taken', () => {
    const reader = new Reader();
    for (let i = 0; i < 3000; i++) {
      reader.act({ kind: 'add', text: `${i.toString()},` });
      if (i % 3 > 0) {
        reader.act({ kind: 'take', percent: 100 });
      }
    }
    reader.takeAll();

    expect(reader.shown).toBe(reader.whole);
  });

  it('has nothing to give when all is shown', () => {
    const pending = new PendingText();

    expect(pending.peek()).toBe('');
    pending.put({ start: 0, text: '' });
    expect([pending.peek(), pending.isEmpty]).toEqual(['', true]);
  });
});

/** Shows what it takes, as a page does. */
class Reader {
  readonly pending = new PendingText();
  whole = '';
  shown = '';

  act(one: Action): void {
    switch (one.kind) {
      case 'add':
        this._put(this.whole.length, one.text);
        break;
      case 'change':
        this._put(part(this.whole.length, one.percent), one.text);
        break;
      case 'take':
        this._take(one.percent);
        break;
      case 'putBack': {
        const length = this._take(100);
        const kept = this.shown.length - part(length, one.percent);
        this.pending.putBack(this.shown.slice(kept));
        this.shown = this.shown.slice(0, kept);
        break;
      }
    }
  }

  takeAll(): void {
    while (!this.pending.isEmpty) {
      this._take(100);
    }
  }

  check(): void {
    const { pending, shown, whole } = this;

    expect(shown).toBe(whole.slice(0, shown.length));
    expect(pending.kept).toBe(shown.length);
    expect(pending.length).toBe(whole.length);
    expect(pending.isEmpty).toBe(shown.length === whole.length);
  }

  private _put(start: number, more: string): void {
    this.pending.put({ start, text: more });
    this.whole = this.whole.slice(0, start) + more;
    this.shown = this.shown.slice(0, start);
  }

  /** Take a part of what is next, and return how long that is. */
  private _take(percent: number): number {
    if (this.pending.isEmpty) {
      return 0;
    }
    const count = part(this.pending.peek().length, percent);
    const taken = this.pending.take(count);
    this.shown += taken;

    expect(taken).toHaveLength(count);
    return count;
  }
}

function part(length: number, percent: number): number {
  return Math.round((length * percent) / 100);
}
