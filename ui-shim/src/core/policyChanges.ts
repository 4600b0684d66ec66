import { isRecord } from './guards';
import { reasonAgainst } from './policyChecks';

/** What is to be changed, by key; undefined for what is to be set no more. */
export type PolicyChanges = ReadonlyMap<string, unknown>;

/**
 * Return *asked* with what is changed; undefined if it says nothing then.
 */
export function changed(asked: unknown, changes: PolicyChanges): unknown {
  if (changes.size === 0) {
    return asked ?? undefined;
  }
  const values = new Map(Object.entries(isRecord(asked) ? asked : {}));
  for (const [key, value] of changes) {
    if (value === undefined) {
      values.delete(key);
    } else {
      values.set(key, value);
    }
  }
  return filled(values);
}

/**
 * Return *asked* without what cannot be; undefined if it says nothing then.
 */
export function repaired(asked: unknown): unknown {
  const entries = Object.entries(isRecord(asked) ? asked : {});
  return filled(
    new Map(
      entries.filter(([key, value]) => reasonAgainst(key, value) === null)
    )
  );
}

function filled(values: ReadonlyMap<string, unknown>): unknown {
  return values.size > 0 ? Object.fromEntries(values) : undefined;
}
