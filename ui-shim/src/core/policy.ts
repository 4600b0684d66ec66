import { matches } from './glob';
import { isRecord } from './guards';
import type { WantedPlane } from './outputPlane';
import {
  CEILINGS,
  CHECKS,
  LIMITS,
  PACES,
  type Above,
  type ICheck
} from './policyChecks';

/**
 * What holds for one run; null where there is no limit. The words are those of
 * `jupyter_fastpath/core/policy.py`.
 */
export interface IPolicy {
  /** Bytes of text, in UTF-8, that pages are sent of a run. */
  readonly live_bytes: number | null;

  /** Lines of text that they are sent. */
  readonly live_lines: number | null;

  /** Bytes of text that are saved of a cell. */
  readonly saved_bytes: number | null;

  /** Lines of text that are saved. */
  readonly saved_lines: number | null;

  /** Bytes of the end of a text that are shown, and saved, after what was cut. */
  readonly tail_bytes: number;

  /** Bytes of what was cut that are kept to be had back. */
  readonly backfill_bytes: number | null;

  /** How many outputs a run may have. */
  readonly outputs: number | null;

  /** Bytes that one output which is no text may have. */
  readonly rich_bytes: number | null;

  /** What happens above a limit. */
  readonly above: Above;

  /** Seconds between two sends of text to who runs a cell; null as the server has it. */
  readonly initiator_pace: number | null;

  /** Seconds between two sends to everybody else. */
  readonly collaborator_pace: number | null;

  /** Whether outputs are shown and never saved. */
  readonly ephemeral: boolean;

  /** What becomes of outputs that leave the page. */
  readonly plane: WantedPlane;
}

/** A word of a policy. */
export type PolicyKey = keyof IPolicy;

/** Who says something of outputs, from the farthest to the nearest. */
export type Layer = 'defaults' | 'pattern' | 'notebook' | 'cell';

/** What the administrator has set. */
export interface IPolicyRules {
  /** For all notebooks. */
  readonly defaults?: unknown;

  /** Pairs of a pattern of paths and overrides; the first that matches counts. */
  readonly patterns?: readonly (readonly [string, unknown])[];

  /** What nobody can go above, or below with a pace. */
  readonly ceilings?: unknown;
}

/** What somebody has asked for that cannot be. */
export interface IProblem {
  /** Who has asked. */
  readonly layer: Layer | 'ceilings';

  /** The key; empty if it is the whole that cannot be. */
  readonly key: string;

  /** The value. */
  readonly value: unknown;

  /** Why it cannot be. */
  readonly reason: string;
}

/** What holds, and why. */
export interface IResolution {
  /** What holds. */
  readonly policy: IPolicy;

  /**
   * The policy with the limits at which something is cut: none of what is kept or
   * collapsed, unless there is a ceiling.
   */
  readonly cuts: IPolicy;

  /** For each key that is not as by default who has said so. */
  readonly sources: Readonly<Partial<Record<PolicyKey, Layer | 'ceilings'>>>;

  /** What was left out. */
  readonly problems: readonly IProblem[];
}

/** Where output belongs of which a policy is asked for. */
export interface IPlace {
  /** The path of its notebook; null if that is not known. */
  readonly path: string | null;

  /** What the notebook has as `fastpath.policy`; nothing if undefined or null. */
  readonly notebook?: unknown;

  /** What the cell has as that. */
  readonly cell?: unknown;
}

type Values = Partial<IPolicy>;

const DEFAULT: IPolicy = {
  live_bytes: 64_000_000,
  live_lines: null,
  saved_bytes: 64_000_000,
  saved_lines: null,
  tail_bytes: 1_000_000,
  backfill_bytes: null,
  outputs: 10_000,
  rich_bytes: 100_000_000,
  above: 'spill',
  initiator_pace: null,
  collaborator_pace: null,
  ephemeral: false,
  plane: 'auto'
};

/**
 * Return what the administrator has set, as far as *told* has it.
 */
export function rulesIn(told: unknown): IPolicyRules {
  const rules: Record<string, unknown> = isRecord(told) ? told : {};
  const { defaults, patterns, ceilings } = rules;
  const pairs: readonly unknown[] = Array.isArray(patterns) ? patterns : [];
  return { defaults, patterns: pairs.filter(isPair), ceilings };
}

function isPair(value: unknown): value is readonly [string, unknown] {
  return Array.isArray(value) && typeof value[0] === 'string';
}

/**
 * Return what holds at *place*, whatever is said there.
 */
export function resolve(rules: IPolicyRules, place: IPlace): IResolution {
  const sources: Partial<Record<PolicyKey, Layer | 'ceilings'>> = {};
  const problems: IProblem[] = [];
  let policy = DEFAULT;
  for (const [layer, asked] of layersOf(rules, place)) {
    const sifted = sift(layer, asked, CHECKS);
    policy = { ...policy, ...sifted.values };
    note(sources, sifted.values, layer);
    problems.push(...sifted.problems);
  }
  const ceilings = sift('ceilings', rules.ceilings, CEILINGS).values;
  const held = beyond(policy, ceilings);
  policy = { ...policy, ...held };
  note(sources, held, 'ceilings');
  return { policy, cuts: cutsOf(policy, ceilings), sources, problems };
}

function layersOf(
  { defaults, patterns = [] }: IPolicyRules,
  { path, notebook, cell }: IPlace
): readonly (readonly [Layer, unknown])[] {
  const matching =
    path === null ? undefined : patterns.find(([glob]) => matches(glob, path));
  return [
    ['defaults', defaults],
    ['pattern', matching?.[1]],
    ['notebook', notebook],
    ['cell', cell]
  ];
}

function note<T>(
  sources: Partial<Record<PolicyKey, T>>,
  values: Values,
  layer: T
): void {
  for (const key of Object.keys(values) as PolicyKey[]) {
    sources[key] = layer;
  }
}

/** Return what of *asked* can be, and what cannot. */
function sift(
  layer: IProblem['layer'],
  asked: unknown,
  checks: ReadonlyMap<string, ICheck>
): { readonly values: Values; readonly problems: readonly IProblem[] } {
  if (asked === null || asked === undefined) {
    return { values: {}, problems: [] };
  }
  if (!isRecord(asked)) {
    const reason = 'is no object';
    return { values: {}, problems: [{ layer, key: '', value: asked, reason }] };
  }
  const values = new Map<string, unknown>();
  const problems: IProblem[] = [];
  for (const [key, value] of Object.entries(asked).sort(byKey)) {
    const check = checks.get(key);
    if (check?.isValid(value) === true) {
      values.set(key, plain(value));
    } else {
      const reason = check?.reason ?? 'is no key of a policy';
      problems.push({ layer, key, value, reason });
    }
  }
  return { values: Object.fromEntries(values), problems };
}

/** Compare by characters, as Python does, and not by their halves in UTF-16. */
function byKey([one]: [string, unknown], [other]: [string, unknown]): number {
  const ones = Array.from(one, character => character.codePointAt(0) ?? 0);
  const others = Array.from(other, character => character.codePointAt(0) ?? 0);
  const at = ones.findIndex((character, index) => character !== others[index]);
  return at < 0 ? -1 : (ones[at] ?? 0) - (others[at] ?? -1);
}

/** Return *value*, without the sign that zero may have. */
function plain(value: unknown): unknown {
  return value === 0 ? 0 : value;
}

/** Return what of *policy* is beyond the *ceilings*, as these have it. */
function beyond(policy: IPolicy, ceilings: Values): Values {
  const held = Object.entries(ceilings).filter(
    ([key, ceiling]) =>
      typeof ceiling === 'number' &&
      isBeyond(key, policy[key as PolicyKey], ceiling)
  );
  return Object.fromEntries(held);
}

function isBeyond(key: string, value: unknown, ceiling: number): boolean {
  if (PACES.has(key)) {
    return value !== null && Number(value) < ceiling;
  }
  return value === null || Number(value) > ceiling;
}

function cutsOf(policy: IPolicy, ceilings: Values): IPolicy {
  if (policy.above === 'spill' || policy.above === 'cut') {
    return policy;
  }
  const limits = LIMITS.map(key => [key, ceilings[key] ?? null]);
  return { ...policy, ...(Object.fromEntries(limits) as Values) };
}
