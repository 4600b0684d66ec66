import fc from 'fast-check';

import {
  resolve,
  rulesIn,
  type IPolicyRules,
  type IResolution
} from '../../core/policy';
import { reasonAgainst } from '../../core/policyChecks';

interface ICase {
  readonly name: string;
  readonly server: IPolicyRules;
  readonly path: string | null;
  readonly notebook: unknown;
  readonly cell: unknown;
  readonly policy: object;
  readonly cuts: object;
  readonly sources: object;
  readonly problems: unknown[];
}

const CASES = jest.requireActual<ICase[]>(
  '../../../../tests/fixtures/policy.json'
);

function problemsOf({ problems }: IResolution): unknown[] {
  return problems.map(({ layer, key, value, reason }) => [
    layer,
    key,
    value,
    reason
  ]);
}

describe('resolve', () => {
  it.each(CASES.map(one => [one.name, one] as const))(
    'is as on the server where %s',
    (_, { server, path, notebook, cell, policy, cuts, sources, problems }) => {
      const resolution = resolve(server, { path, notebook, cell });

      expect(resolution.policy).toMatchObject(policy);
      expect(resolution.cuts).toMatchObject(cuts);
      expect(resolution.sources).toEqual(sources);
      expect(problemsOf(resolution)).toEqual(problems);
    }
  );

  it('takes all that the table has', () => {
    expect(CASES.length).toBeGreaterThan(80);
  });

  it('takes no number that JSON does not have', () => {
    const cell = { live_bytes: NaN, outputs: Infinity, initiator_pace: NaN };
    const { policy, problems } = resolve({}, { path: null, cell });

    expect(policy).toEqual(resolve({}, { path: null }).policy);
    expect(problems.map(({ key }) => key)).toEqual([
      'initiator_pace',
      'live_bytes',
      'outputs'
    ]);
  });

  it('takes a negative zero as zero', () => {
    const cell = { live_bytes: -0 };

    expect(resolve({}, { path: null, cell }).policy.live_bytes).toBe(0);
  });

  it('tells of problems by the characters of their keys', () => {
    const keys = ['\u{1F600}', '\uFFFD', 'b', 'ba', 'B'];
    const cell = Object.fromEntries(keys.map(key => [key, 1]));
    const { problems } = resolve({}, { path: null, cell });

    expect(problems.map(({ key }) => key)).toEqual([
      'B',
      'b',
      'ba',
      '\uFFFD',
      '\u{1F600}'
    ]);
  });

  it('answers whatever is said, and keeps the ceilings', () => {
    const server = { ceilings: { live_bytes: 10, outputs: 5, tail_bytes: 0 } };
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (notebook, cell) => {
        const { cuts } = resolve(server, { path: null, notebook, cell });

        expect(cuts.live_bytes).toBeLessThanOrEqual(10);
        expect(cuts.outputs).toBeLessThanOrEqual(5);
        expect(cuts.tail_bytes).toBe(0);
      })
    );
  });
});

describe('reasonAgainst', () => {
  it('says nothing against what can be', () => {
    expect(reasonAgainst('live_bytes', null)).toBeNull();
    expect(reasonAgainst('above', 'keep')).toBeNull();
  });

  it('says why something cannot be', () => {
    expect(reasonAgainst('tail_bytes', null)).toBe(
      'is no whole number from 0 on'
    );
    expect(reasonAgainst('toString', 1)).toBe('is no key of a policy');
  });
});

describe('rulesIn', () => {
  it('takes what can be taken', () => {
    const server = { defaults: { outputs: 1 }, patterns: [['*', {}], 5] };

    expect(rulesIn(server)).toEqual({
      defaults: { outputs: 1 },
      patterns: [['*', {}]]
    });
    expect(rulesIn(null)).toEqual({ patterns: [] });
  });
});
