import { isRecord } from './guards';
import type { PolicyKey } from './policy';
import { ABOVE, PLANES, reasonAgainst } from './policyChecks';

/** What people set of a policy in a dialog. */
export interface IField {
  /** The key that is set. */
  readonly key: PolicyKey;

  /** How it is written; bytes in millions. */
  readonly kind: 'megabytes' | 'count' | 'choice';

  /** What can be chosen, if it is chosen. */
  readonly choices: readonly unknown[];
}

/** All that people set in a dialog, in the order in which they are asked. */
export const FIELDS: readonly IField[] = [
  { key: 'above', kind: 'choice', choices: ABOVE },
  { key: 'live_bytes', kind: 'megabytes', choices: [] },
  { key: 'live_lines', kind: 'count', choices: [] },
  { key: 'saved_bytes', kind: 'megabytes', choices: [] },
  { key: 'tail_bytes', kind: 'megabytes', choices: [] },
  { key: 'outputs', kind: 'count', choices: [] },
  { key: 'rich_bytes', kind: 'megabytes', choices: [] },
  { key: 'ephemeral', kind: 'choice', choices: [false, true] },
  { key: 'plane', kind: 'choice', choices: PLANES }
];

/** Why a text cannot be what a field is set to. */
export type Refusal = 'no number' | 'no whole number' | 'too large';

/** What a text in a field means: a value, undefined for none, or why it has none. */
export type Reading =
  | { readonly value: unknown; readonly refusal: null }
  | { readonly refusal: Refusal };

/** What is chosen or counted. */
type Plain = string | number | boolean;

/** What is written where there is no limit. */
export const NONE = 'none';

/** Digits behind the point of a million bytes. */
const DIGITS = 6;

const NUMBER = /^\d+(?:\.(\d+))?$/;

/**
 * Whether a field can be set to no limit.
 */
export function canBeNone({ key }: IField): boolean {
  return reasonAgainst(key, null) === null;
}

/**
 * Return what *asked* has for a field; undefined if it has nothing that can be.
 */
export function valueIn(asked: unknown, { key }: IField): unknown {
  if (!isRecord(asked) || !Object.hasOwn(asked, key)) {
    return undefined;
  }
  return reasonAgainst(key, asked[key]) === null ? asked[key] : undefined;
}

/**
 * Return *value* as it is written in a field; nothing for undefined.
 */
export function write({ kind }: IField, value: unknown): string {
  if (value === undefined) {
    return '';
  }
  if (value === null) {
    return NONE;
  }
  return kind === 'megabytes'
    ? megabytes(Number(value))
    : (value as Plain).toString();
}

/**
 * Return what *text* in a field means.
 */
export function read(field: IField, text: string): Reading {
  const word = text.trim();
  if (word === '') {
    return { value: undefined, refusal: null };
  }
  if (field.kind === 'choice') {
    const value = field.choices.find(choice => String(choice) === word);
    return { value, refusal: null };
  }
  if (word === NONE && canBeNone(field)) {
    return { value: null, refusal: null };
  }
  return readNumber(field, word);
}

function readNumber({ key, kind }: IField, word: string): Reading {
  const found = NUMBER.exec(word);
  if (found === null) {
    return { refusal: 'no number' };
  }
  const fraction = found[1] ?? '';
  const digits = kind === 'megabytes' ? DIGITS : 0;
  if (fraction.length > digits) {
    return { refusal: 'no whole number' };
  }
  // By digits, since a product of fractions is not exact.
  const value = Number(word.replace(/\..*/, '') + fraction.padEnd(digits, '0'));
  return reasonAgainst(key, value) === null
    ? { value, refusal: null }
    : { refusal: 'too large' };
}

function megabytes(bytes: number): string {
  const digits = bytes.toString().padStart(DIGITS + 1, '0');
  const fraction = digits.slice(-DIGITS).replace(/0+$/, '');
  const whole = digits.slice(0, -DIGITS);
  return fraction === '' ? whole : `${whole}.${fraction}`;
}
