import { isNumberOrNull, isRecord, isTextOrNull } from './guards';

/**
 * What `docs/protocol.md` has on the wire, and how to tell that it is that.
 */

/** An output of the notebook format, as far as we look into it. */
export interface IOutput {
  readonly output_type: string;
  readonly [key: string]: unknown;
}

/** The header of a message, as far as we look into it. */
export interface IHeader {
  readonly msg_id: string;
  readonly msg_type: string;
  readonly session: string;
}

/** The message by which a run asks for input. */
export interface IInputRequest {
  readonly header: IHeader;
  readonly content: { readonly prompt: string; readonly password: boolean };
}

/** A run, as the server tells it. */
export interface IRun {
  readonly run_id: string;
  readonly cell_id: string | null;
  readonly initiator: string;
  readonly state: 'queued' | 'running' | 'done';
  readonly status: string | null;
  readonly execution_count: number | null;
  readonly cursor: number;
  readonly is_owner: boolean;
  readonly is_seen: boolean;
  readonly outputs: readonly IOutput[];
  readonly clears_next: boolean;
  readonly input_request: IInputRequest | null;
  /** Whether its output is in the file, and not told. */
  readonly is_home?: boolean;
}

/** What `cell_start` says, as far as we need it. */
export interface ICellStart {
  readonly run_id: string;
  readonly cell_id: string | null;
  readonly initiator: string;
}

/** What `cell_done` says, as far as we need it. */
export interface ICellDone extends ICellStart {
  readonly status: string;
  readonly execution_count: number | null;
}

/** How one client of a kernel stands, as the server sees it. */
export interface IStanding {
  readonly is_connected: boolean;
  readonly sent: number;
}

/** What `save_due` says. */
export interface ISaveDue {
  readonly path: string;
}

/** What has changed the file of a notebook since it had some version. */
export interface IWrites {
  readonly version: string | null;
  readonly is_ours: boolean;
}

/**
 * Whether *content* is that of a `cell_start`.
 */
export function isCellStart(content: unknown): content is ICellStart {
  return (
    isRecord(content) &&
    typeof content.run_id === 'string' &&
    isTextOrNull(content.cell_id) &&
    typeof content.initiator === 'string'
  );
}

/**
 * Whether *content* is that of a `cell_done`.
 */
export function isCellDone(content: unknown): content is ICellDone {
  return (
    isRecord(content) &&
    isCellStart(content) &&
    typeof content.status === 'string' &&
    isNumberOrNull(content.execution_count)
  );
}

/**
 * Return the end of a run whose kernel is gone.
 */
export function lostBy(runId: string, cellId: string): ICellDone {
  return {
    run_id: runId,
    cell_id: cellId,
    initiator: '',
    status: 'kernel_restarted',
    execution_count: null
  };
}

/**
 * Return the runs that *content*, of a `cell_owner`, makes this client's own.
 */
export function ownedRuns(content: unknown): string[] {
  if (!isRecord(content) || !Array.isArray(content.run_ids)) {
    return [];
  }
  return content.run_ids.filter((id): id is string => typeof id === 'string');
}

function isHeader(value: unknown): value is IHeader {
  return (
    isRecord(value) &&
    ['msg_id', 'msg_type', 'session'].every(
      key => typeof value[key] === 'string'
    )
  );
}

function isInputRequest(value: unknown): value is IInputRequest {
  return (
    isRecord(value) &&
    isHeader(value.header) &&
    isRecord(value.content) &&
    typeof value.content.prompt === 'string' &&
    typeof value.content.password === 'boolean'
  );
}

/**
 * Whether *value* is an output of the notebook format.
 */
export function isOutput(value: unknown): value is IOutput {
  return isRecord(value) && typeof value.output_type === 'string';
}

/**
 * Whether *value* is a run as the server tells it.
 */
export function isRun(value: unknown): value is IRun {
  return (
    isRecord(value) &&
    isCellStart(value) &&
    ['queued', 'running', 'done'].includes(String(value.state)) &&
    isTextOrNull(value.status) &&
    isNumberOrNull(value.execution_count) &&
    typeof value.cursor === 'number' &&
    typeof value.is_owner === 'boolean' &&
    typeof value.is_seen === 'boolean' &&
    Array.isArray(value.outputs) &&
    value.outputs.every(isOutput) &&
    typeof value.clears_next === 'boolean' &&
    (value.input_request === null || isInputRequest(value.input_request))
  );
}

/**
 * Whether *value* tells how a client stands.
 */
export function isStanding(value: unknown): value is IStanding {
  return (
    isRecord(value) &&
    typeof value.is_connected === 'boolean' &&
    typeof value.sent === 'number'
  );
}

/**
 * Whether *content* is that of a `save_due`.
 */
export function isSaveDue(content: unknown): content is ISaveDue {
  return isRecord(content) && typeof content.path === 'string';
}

/**
 * Whether *value* tells what has changed a file.
 */
export function isWrites(value: unknown): value is IWrites {
  return (
    isRecord(value) &&
    isTextOrNull(value.version) &&
    typeof value.is_ours === 'boolean'
  );
}

/**
 * Return which of the messages of its run one with this metadata is, and for how
 * many it stands; null if it has no number.
 */
export function numberOf(
  metadata: unknown
): { first: number; count: number } | null {
  const own = isRecord(metadata) ? metadata.fastpath : undefined;
  if (!isRecord(own) || typeof own.event_idx !== 'number') {
    return null;
  }
  const count = typeof own.events === 'number' ? own.events : 1;
  return { first: own.event_idx, count };
}

/**
 * Return the display that an output, or the content of a message, is for.
 */
export function displayIdOf(output: unknown): string | null {
  const transient = isRecord(output) ? output.transient : undefined;
  const id = isRecord(transient) ? transient.display_id : undefined;
  return typeof id === 'string' ? id : null;
}
