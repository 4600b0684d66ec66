import { isRecord } from './guards';
import { isStaticHtml } from './staticHtml';
import { isStaticMarkdown } from './staticMarkdown';
import { isStaticSvg } from './staticSvg';
import { isStaticTex } from './staticTex';

/**
 * What may become of an output that leaves the page: it can do that, and be
 * rendered again (`ephemeral`), or its node has to stay (`persistent`).
 */
export type Plane = 'ephemeral' | 'persistent';

/** What people want; `auto` is what the outputs need. */
export type WantedPlane = 'auto' | Plane;

/** An output of a cell, as nbformat has it. */
export interface IOutputContent {
  readonly output_type: string;
  readonly data?: unknown;
  readonly metadata?: unknown;
}

// The most characters of markup that are read of an output: that takes about a frame.
const MOST_READ = 500_000;

const TEXTS = new Set(['stream', 'error']);
const DISPLAYS = new Set(['display_data', 'execute_result']);

/** What is no markup, whatever there is of it. */
const PLAIN = [
  'text/plain',
  'application/vnd.jupyter.stdout',
  'application/vnd.jupyter.stderr',
  'application/json',
  'image/bmp',
  'image/gif',
  'image/jpeg',
  'image/png',
  'image/webp'
] as const;

/** Data that something in the page draws; that of Bokeh alone has scripts in it. */
const DATA = /^(?:audio|image|video)\/(?!svg)|\/pdf$|^(?!.*bokehjs).*\+json$/;

/** Whether what there is of a type is ephemeral; of all other types nothing is. */
const TYPES = new Map<string, (value: unknown) => boolean>([
  ...PLAIN.map(type => [type, () => true] as const),
  ['text/html', value => isMarkup(value, isStaticHtml)],
  ['text/latex', value => isMarkup(value, isStaticTex)],
  ['text/markdown', value => isMarkup(value, isStaticMarkdown)],
  ['image/svg+xml', value => isMarkup(value, isStaticSvg)]
]);

/**
 * Return whether what is of *type* is no markup, and never has state.
 */
export function isPlainType(type: string): boolean {
  return PLAIN.some(plain => plain === type);
}

/**
 * Return whether what is of *type* may concern what other cells show: scripts, styles, and
 * what these are for.
 */
export function concernsOthers(type: string): boolean {
  return !isPlainType(type) && !DATA.test(type);
}

/**
 * Return the plane of *outputs*, those of a cell.
 */
export function cellPlane(
  outputs: readonly IOutputContent[],
  wanted: WantedPlane
): Plane {
  if (wanted !== 'auto') {
    return wanted;
  }
  return outputs.every(isEphemeral) ? 'ephemeral' : 'persistent';
}

/**
 * Return the plane of *output*: `ephemeral` only if it is known to have nothing that
 * acts or has state, whichever of its types is shown.
 */
export function planeOf(output: IOutputContent): Plane {
  return isEphemeral(output) ? 'ephemeral' : 'persistent';
}

function isEphemeral({ output_type, data, metadata }: IOutputContent): boolean {
  if (!DISPLAYS.has(output_type)) {
    return TEXTS.has(output_type);
  }
  return isRecord(data) && !isIsolated(metadata) && isEphemeralBundle(data);
}

function isEphemeralBundle(data: Readonly<Record<string, unknown>>): boolean {
  const entries = Object.entries(data);
  // What is quick to be known is asked first.
  return (
    entries.every(([type]) => TYPES.has(type)) &&
    entries.every(([type, value]) => TYPES.get(type)?.(value))
  );
}

/** Whether an output is in a frame of its own. */
function isIsolated(metadata: unknown): boolean {
  const ofTypes = isRecord(metadata) ? Object.values(metadata) : [];
  return [metadata, ...ofTypes].some(
    one => isRecord(one) && Boolean(one.isolated)
  );
}

/** Whether *value* is markup that is not too long, and static. */
function isMarkup(
  value: unknown,
  isStatic: (markup: string) => boolean
): boolean {
  const pieces: readonly unknown[] = Array.isArray(value) ? value : [value];
  let length = 0;
  for (const piece of pieces) {
    if (typeof piece !== 'string' || (length += piece.length) > MOST_READ) {
      return false;
    }
  }
  return isStatic(pieces.join(''));
}
