import { policyIn, setPolicy } from '../policyMetadata';

class Metadata {
  constructor(readonly values: Record<string, unknown> = {}) {}

  getMetadata(key: string): unknown {
    return this.values[key];
  }

  setMetadata(key: string, value: unknown): void {
    this.values[key] = value;
  }

  deleteMetadata(key: string): void {
    Reflect.deleteProperty(this.values, key);
  }
}

describe('policyIn', () => {
  it.each([{}, { fastpath: null }, { fastpath: 'x' }, { fastpath: {} }])(
    'is nothing where nothing is said: %j',
    values => {
      expect(policyIn(new Metadata(values))).toBeUndefined();
    }
  );

  it('is what is said, whatever that is', () => {
    const owner = new Metadata({ fastpath: { policy: 'keep' } });

    expect(policyIn(owner)).toBe('keep');
  });
});

describe('setPolicy', () => {
  it('leaves what is not ours, and what else is ours', () => {
    const owner = new Metadata({ tags: ['a'], fastpath: { other: 1 } });
    setPolicy(owner, { above: 'keep' });

    expect(owner.values).toEqual({
      tags: ['a'],
      fastpath: { other: 1, policy: { above: 'keep' } }
    });
    setPolicy(owner, undefined);
    expect(owner.values).toEqual({ tags: ['a'], fastpath: { other: 1 } });
  });

  it('takes our key away with the last that was under it', () => {
    const owner = new Metadata({ fastpath: { policy: 5 } });
    setPolicy(owner, undefined);

    expect(owner.values).toEqual({});
  });
});
