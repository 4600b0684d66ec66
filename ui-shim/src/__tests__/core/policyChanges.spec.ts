import { changed, repaired } from '../../core/policyChanges';

describe('changed', () => {
  it('leaves what is not changed as it is, whatever it is', () => {
    expect(changed('keep', new Map())).toBe('keep');
    expect(changed(null, new Map())).toBeUndefined();
    expect(changed({ x: 1, outputs: 5 }, new Map([['outputs', 7]]))).toEqual({
      x: 1,
      outputs: 7
    });
  });

  it('replaces what is no policy', () => {
    expect(changed([], new Map([['outputs', 7]]))).toEqual({ outputs: 7 });
  });

  it('says nothing when nothing is left', () => {
    expect(
      changed({ outputs: 7 }, new Map([['outputs', undefined]]))
    ).toBeUndefined();
  });
});

describe('repaired', () => {
  it('has only what can be', () => {
    const asked = { outputs: 7, live_bytes: -1, nonsense: 1 };

    expect(repaired(asked)).toEqual({ outputs: 7 });
    expect(repaired({ nonsense: 1 })).toBeUndefined();
    expect(repaired('keep')).toBeUndefined();
  });
});
