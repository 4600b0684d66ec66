import { isNumberOrNull, isRecord, isTextOrNull } from './guards';

/**
 * What `docs/protocol.md` has as topics of kernels, and how to tell that it is that; what
 * has no comment is explained there.
 */

/** What a kernel does. */
export interface IKernelState {
  readonly name: string;
  readonly execution_state: string;
  /** How many runs wait behind the one that runs. */
  readonly queue: number;
  readonly restarts: number;
  /** Why the kernel died last. */
  readonly reason: string | null;
}

/** When a page had painted something of a run that it has asked for, in seconds. */
export interface IPaintTimes {
  readonly first_output: number | null;
  readonly done: number | null;
}

/** What a run has done so far; times are Unix time of the server, durations seconds. */
export interface IRunRecord {
  readonly run_id: string;
  readonly kernel_id: string;
  readonly cell_id: string | null;
  readonly state: 'queued' | 'running' | 'done';
  readonly position: number | null;
  readonly status: string | null;
  readonly execution_count: number | null;
  readonly ts_server_recv: number | null;
  readonly ts_kernel_start: number | null;
  readonly first_output: number | null;
  readonly duration: number | null;
  readonly end_to_end: number | null;
  readonly bytes_in: number;
  readonly merged: number;
  readonly lost: number;
  readonly peak_memory: number | null;
  readonly reason: string | null;
}

/** What a kernel and all that it has started use. */
export interface IKnownUsage {
  readonly is_known: true;
  readonly cpu_percent: number;
  readonly rss: number;
  readonly pss: number | null;
  readonly threads: number;
  readonly children: number;
  readonly limit: number | null;
  readonly gpu: readonly IGpuUsage[] | null;
}

/** What is used of a GPU, in bytes. */
export interface IGpuUsage {
  readonly name: string;
  readonly memory: number;
  readonly total: number;
}

/** What a kernel uses, or why that is not known. */
export type Usage =
  IKnownUsage | { readonly is_known: false; readonly reason: string };

/**
 * Return the topic of what a kernel does.
 */
export function stateTopic(kernelId: string): string {
  return `kernels/${kernelId}/state`;
}

/**
 * Return the topic of what a kernel uses.
 */
export function usageTopic(kernelId: string): string {
  return `kernels/${kernelId}/usage`;
}

/**
 * Return the pattern of the topics of all runs of a kernel.
 */
export function runsPattern(kernelId: string): string {
  return `kernels/${kernelId}/runs/*`;
}

/**
 * Return the topics that a frame of the server tells of, with their values, which are null
 * if they are gone; null if it is no such frame.
 */
export function topicsIn(frame: unknown): ReadonlyMap<string, unknown> | null {
  return isRecord(frame) && isRecord(frame.topics)
    ? new Map(Object.entries(frame.topics))
    : null;
}

/**
 * Whether *value* tells what a kernel does.
 */
export function isKernelState(value: unknown): value is IKernelState {
  return (
    isRecord(value) &&
    hasAll(value, ['name', 'execution_state'], isText) &&
    hasAll(value, ['queue', 'restarts'], isNumber) &&
    hasAll(value, ['reason'], isTextOrNull)
  );
}

/**
 * Whether *value* tells of a run.
 */
export function isRunRecord(value: unknown): value is IRunRecord {
  return (
    isRecord(value) &&
    hasAll(value, ['run_id', 'kernel_id'], isText) &&
    ['queued', 'running', 'done'].includes(String(value.state)) &&
    hasAll(value, ['cell_id', 'status', 'reason'], isTextOrNull) &&
    hasAll(value, RUN_NUMBERS, isNumber) &&
    hasAll(value, RUN_NUMBERS_OR_NULL, isNumberOrNull)
  );
}

/**
 * Whether *value* tells what a kernel uses, or that it is not known.
 */
export function isUsage(value: unknown): value is Usage {
  if (!isRecord(value)) {
    return false;
  }
  if (value.is_known !== true) {
    return value.is_known === false && isText(value.reason);
  }
  return (
    hasAll(value, ['cpu_percent', 'rss', 'threads', 'children'], isNumber) &&
    hasAll(value, ['pss', 'limit'], isNumberOrNull) &&
    (value.gpu === null ||
      (Array.isArray(value.gpu) && value.gpu.every(isGpuUsage)))
  );
}

function isGpuUsage(value: unknown): value is IGpuUsage {
  return (
    isRecord(value) &&
    isText(value.name) &&
    hasAll(value, ['memory', 'total'], isNumber)
  );
}

const RUN_NUMBERS = ['bytes_in', 'merged', 'lost'];
const RUN_NUMBERS_OR_NULL = [
  'position',
  'execution_count',
  'ts_server_recv',
  'ts_kernel_start',
  'first_output',
  'duration',
  'end_to_end',
  'peak_memory'
];

function hasAll(
  value: Record<string, unknown>,
  keys: readonly string[],
  is: (part: unknown) => boolean
): boolean {
  return keys.every(key => is(value[key]));
}

function isText(value: unknown): value is string {
  return typeof value === 'string';
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number';
}

/**
 * Return when the server was asked for a run; the beginning of time if that is not known.
 */
export function askedAt({ ts_server_recv: received }: IRunRecord): number {
  return received ?? 0;
}
