import { isRecord } from './guards';

/** What is known of a cell that is not rendered yet. */
export interface IRowContent {
  readonly type: string;
  readonly source: string;

  /** The outputs of a code cell by type, as far as they are shown. */
  readonly outputs: readonly IRowOutput[];
}

/** What an output shows, and what is known of that. */
export interface IRowOutput {
  readonly mimeType: string;
  readonly value: unknown;
  readonly metadata: unknown;
}

// As JupyterLab's style has them, in pixels.
const LINE = 17;
const PADDING = 10;
const EDITOR_PADDING = 15;
const OUTPUT_MARGIN = 5;
const MARKDOWN_LINE = 22;
const MARKDOWN_BLANK = 12;
const MARKDOWN_HEADING = 20;
const TABLE_ROW = 25;

// Of what nothing is known, a picture or a frame of usual size.
const PICTURE = 300;

const HEADING = /^ {0,3}#{1,6} /;

/**
 * Return how high a cell will be when it is rendered, in pixels, about.
 */
export function estimateHeight({ type, source, outputs }: IRowContent): number {
  if (type === 'markdown') {
    return PADDING + heightOfMarkdown(source);
  }
  const shown = outputs.reduce((sum, each) => sum + heightOfOutput(each), 0);
  const below = outputs.length === 0 ? 0 : OUTPUT_MARGIN + shown;
  return PADDING + EDITOR_PADDING + lineCount(source) * LINE + below;
}

function heightOfOutput({ mimeType, value, metadata }: IRowOutput): number {
  const text = typeof value === 'string' ? value : '';
  if (mimeType.startsWith('image/')) {
    return heightSet(metadata, mimeType) ?? heightOfPng(text) ?? PICTURE;
  }
  if (mimeType === 'text/html') {
    return heightOfHtml(text);
  }
  if (mimeType === 'text/markdown') {
    return heightOfMarkdown(text);
  }
  const isText =
    mimeType === 'text/plain' ||
    mimeType.startsWith('application/vnd.jupyter.std');
  return isText ? lineCount(text.replace(/\n$/, '')) * LINE : PICTURE;
}

function heightOfMarkdown(text: string): number {
  const lines = text.split('\n');
  return lines.reduce((sum, line) => sum + heightOfMarkdownLine(line), 0);
}

function heightOfMarkdownLine(line: string): number {
  if (line.trim() === '') {
    return MARKDOWN_BLANK;
  }
  return MARKDOWN_LINE + (HEADING.test(line) ? MARKDOWN_HEADING : 0);
}

function heightOfHtml(text: string): number {
  const rows = text.match(/<tr[\s>]/g)?.length ?? 0;
  if (rows > 0) {
    return rows * TABLE_ROW;
  }
  const isPlain = !/<(canvas|iframe|img|script|svg|video)[\s>]/i.test(text);
  return isPlain ? lineCount(text) * MARKDOWN_LINE : PICTURE;
}

/** What the metadata of an output say of the height of its picture. */
function heightSet(metadata: unknown, mimeType: string): number | null {
  const own = isRecord(metadata) ? metadata[mimeType] : null;
  const height = isRecord(own) ? own.height : null;
  return typeof height === 'number' ? height : null;
}

// Where a PNG file has its height, and in how many bytes; of base64 that is as much as is
// to be read.
const PNG = 'iVBORw0KGgo';
const HEIGHT_AT = 20;
const READ = 32;

function heightOfPng(text: string): number | null {
  if (!text.startsWith(PNG) || text.length < READ) {
    return null;
  }
  const bytes = Uint8Array.from(atob(text.slice(0, READ)), each =>
    each.charCodeAt(0)
  );
  return new DataView(bytes.buffer).getUint32(HEIGHT_AT);
}

function lineCount(text: string): number {
  return text.split('\n').length;
}
