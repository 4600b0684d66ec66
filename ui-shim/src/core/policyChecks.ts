import type { WantedPlane } from './outputPlane';

/** What may happen above a limit. */
export type Above = 'spill' | 'cut' | 'collapse' | 'keep';

/** What happens above a limit, as it may be said. */
export const ABOVE: readonly Above[] = ['spill', 'cut', 'collapse', 'keep'];

/** What may become of outputs that leave the page, as it may be said. */
export const PLANES: readonly WantedPlane[] = [
  'auto',
  'ephemeral',
  'persistent'
];

/** What `keep` and `collapse` lift, up to the ceilings. */
export const LIMITS = [
  'live_bytes',
  'live_lines',
  'saved_bytes',
  'saved_lines',
  'outputs',
  'rich_bytes'
] as const;

/** The most seconds that a pace may have. */
const SLOWEST = 3600;

/** What values a key may have. */
export interface ICheck {
  /** Whether it may have this one. */
  readonly isValid: (value: unknown) => boolean;

  /** Why not, where it may not. */
  readonly reason: string;
}

const COUNT: ICheck = {
  isValid: value => Number.isSafeInteger(value) && Number(value) >= 0,
  reason: 'is no whole number from 0 on'
};
const COUNT_OR_NULL: ICheck = {
  isValid: value => value === null || COUNT.isValid(value),
  reason: 'is neither null nor a whole number'
};
const SECONDS: ICheck = {
  isValid: value =>
    value === null ||
    (typeof value === 'number' && value >= 0 && value <= SLOWEST),
  reason: `is neither null nor a number up to ${SLOWEST.toString()}`
};
const TRUTH: ICheck = {
  isValid: value => typeof value === 'boolean',
  reason: 'is neither true nor false'
};

function oneOf(words: readonly string[]): ICheck {
  return {
    isValid: value => words.some(word => word === value),
    reason: `is none of ${words.join(', ')}`
  };
}

/** The keys that are paces: what is less than a ceiling is beyond it. */
export const PACES: ReadonlySet<string> = new Set([
  'initiator_pace',
  'collaborator_pace'
]);

/** What values ceilings may have. */
// A map has no keys of its own, as the prototypes of objects have.
export const CEILINGS = new Map<string, ICheck>([
  ...LIMITS.map(key => [key, COUNT_OR_NULL] as const),
  ['tail_bytes', COUNT],
  ['backfill_bytes', COUNT_OR_NULL],
  ['initiator_pace', SECONDS],
  ['collaborator_pace', SECONDS]
]);
/** What values a policy may have. */
export const CHECKS = new Map<string, ICheck>([
  ...CEILINGS,
  ['above', oneOf(ABOVE)],
  ['ephemeral', TRUTH],
  ['plane', oneOf(PLANES)]
]);

/**
 * Return why *value* cannot be what *key* is; null if it can.
 */
export function reasonAgainst(key: string, value: unknown): string | null {
  const check = CHECKS.get(key);
  if (check === undefined) {
    return 'is no key of a policy';
  }
  return check.isValid(value) ? null : check.reason;
}
