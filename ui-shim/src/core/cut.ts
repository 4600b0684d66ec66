import { isRecord } from './guards';

/**
 * What a marker says was left out of an output: `docs/protocol.md` has it on the wire.
 *
 * Markers are saved in notebooks, and so come from anybody.
 */

/** Whose output was left out, and from where on it counts. */
interface IRunPart {
  readonly kernelId: string;
  readonly runId: string;
  readonly start: number;
}

/** The middle of the text of a run. */
export interface ITextCut extends IRunPart {
  readonly kind: 'text';
  readonly headBytes: number;
  readonly tailBytes: number;
  readonly totalBytes: number;
  readonly headLines: number;
  readonly tailLines: number;
  readonly totalLines: number;
  readonly keptBytes: number;
  readonly isDone: boolean;
}

/** One output that was too large. */
export interface IRichCut extends IRunPart {
  readonly kind: 'rich';
  readonly index: number;
  readonly totalBytes: number;
  readonly mimeTypes: readonly string[];
  readonly keptBytes: number;
}

/** Outputs that were too many. */
export interface IOutputsCut extends IRunPart {
  readonly kind: 'outputs';
  readonly index: number;
  readonly shown: number;
  readonly total: number;
  readonly kept: number;
  readonly isDone: boolean;
}

/** What was left out. */
export type Cut = ITextCut | IRichCut | IOutputsCut;

// How many of the types of an output are told, and how much of each.
const MOST_TYPES = 5;
const LONGEST_TYPE = 60;

// Identifiers are parts of addresses, where dots alone would lead elsewhere.
const IDENTIFIER = /^(?!\.+$)[!-~]{1,200}$/;

/**
 * Return what the data of a marker say; null if they are none that we understand.
 */
export function cutOf(value: unknown): Cut | null {
  if (!isRecord(value) || value.version !== 1) {
    return null;
  }
  const { kernel_id: kernelId, run_id: runId, start } = value;
  if (!isIdentifier(kernelId) || !isIdentifier(runId) || !isCount(start)) {
    return null;
  }
  const part = { kernelId, runId, start };
  switch (value.kind) {
    case 'text':
      return textOf(part, value);
    case 'rich':
      return richOf(part, value);
    case 'outputs':
      return outputsOf(part, value);
    default:
      return null;
  }
}

/**
 * Whether what was loaded for *one* is in its place for *other*, too.
 */
export function isSamePlace(one: Cut, other: Cut): boolean {
  return placeOf(one) === placeOf(other);
}

/**
 * Return how much of what was left out can be had: bytes of text, or outputs.
 */
export function availableOf(cut: Cut): number {
  switch (cut.kind) {
    case 'text': {
      const end = Math.min(cut.keptBytes, cut.totalBytes - cut.tailBytes);
      return Math.max(0, end - cut.headBytes);
    }
    case 'rich':
      return cut.keptBytes > 0 ? 1 : 0;
    case 'outputs':
      return Math.min(cut.kept, missingOf(cut));
  }
}

/**
 * Return how much was left out: bytes of text, or outputs.
 */
export function missingOf(cut: Cut): number {
  switch (cut.kind) {
    case 'text':
      return cut.totalBytes - cut.tailBytes - cut.headBytes;
    case 'rich':
      return 1;
    case 'outputs':
      return cut.total - cut.shown;
  }
}

function placeOf(cut: Cut): string {
  const { kind, kernelId, runId, start } = cut;
  const at = kind === 'text' ? cut.headBytes : cut.index;
  return JSON.stringify([kind, kernelId, runId, start, at]);
}

type JsonObject = Record<string, unknown>;

function textOf(part: IRunPart, value: JsonObject): ITextCut | null {
  const { head_bytes: headBytes, head_lines: headLines } = value;
  const { tail_bytes: tailBytes, tail_lines: tailLines } = value;
  const { total_bytes: totalBytes, total_lines: totalLines } = value;
  const { kept_bytes: keptBytes, is_done: isDone } = value;
  if (
    !isCount(headBytes) ||
    !isCount(tailBytes) ||
    !isCount(totalBytes) ||
    !isCount(headLines) ||
    !isCount(tailLines) ||
    !isCount(totalLines) ||
    !isCount(keptBytes) ||
    typeof isDone !== 'boolean' ||
    headBytes + tailBytes > totalBytes
  ) {
    return null;
  }
  const bytes = { headBytes, tailBytes, totalBytes, keptBytes };
  const lines = { headLines, tailLines, totalLines };
  return { kind: 'text', ...part, ...bytes, ...lines, isDone };
}

function richOf(part: IRunPart, value: JsonObject): IRichCut | null {
  const { index, total_bytes: totalBytes, kept_bytes: keptBytes } = value;
  const types = value.mime_types;
  if (
    !isCount(index) ||
    !isCount(totalBytes) ||
    !isCount(keptBytes) ||
    !Array.isArray(types)
  ) {
    return null;
  }
  const mimeTypes = types
    .slice(0, MOST_TYPES)
    .filter((type): type is string => typeof type === 'string')
    .map(type => type.slice(0, LONGEST_TYPE));
  return { kind: 'rich', ...part, index, totalBytes, keptBytes, mimeTypes };
}

function outputsOf(part: IRunPart, value: JsonObject): IOutputsCut | null {
  const { index, shown, total, kept } = value;
  if (
    !isCount(index) ||
    !isCount(shown) ||
    !isCount(total) ||
    !isCount(kept) ||
    shown > total
  ) {
    return null;
  }
  const isDone = value.is_done !== false;
  return { kind: 'outputs', ...part, index, shown, total, kept, isDone };
}

function isIdentifier(value: unknown): value is string {
  return typeof value === 'string' && IDENTIFIER.test(value);
}

function isCount(value: unknown): value is number {
  return Number.isSafeInteger(value) && (value as number) >= 0;
}
