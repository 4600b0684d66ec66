import { CODE } from './ansi';

/** How many characters a block has, about: layout begins anew with the block that grows. */
export const BLOCK = 8 * 1024;

// How much longer a block becomes to end with a line, and how much shorter with a word.
const MORE = BLOCK;
const LESS = 1024;

// The beginning of a code, which is a control character.
// eslint-disable-next-line no-control-regex
const UNFINISHED = /\x1b(?:\[(?:(?![@-~]).)*)?$/;

/**
 * Return how much of *text* is to be added to a block that has *length* characters.
 */
export function takeable(text: string, length: number): number {
  const room = BLOCK - length;
  const most = Math.max(room + MORE, 1);
  if (text.length <= room) {
    return text.length;
  }
  const before = room > 0 ? text.lastIndexOf('\n', room - 1) + 1 : 0;
  if (before > 0) {
    return before;
  }
  const behind = text.indexOf('\n', Math.max(room, 0)) + 1;
  return behind > 0 && behind <= most ? behind : Math.min(text.length, most);
}

/**
 * Return where a block with *text*, which others follow, ends: the rest is for the next.
 */
export function endOf(text: string): number {
  return text.endsWith('\n') ? text.length : wordEnd(text);
}

/** Whether nothing is to be added to a block with this text. */
export function isFull(text: string): boolean {
  return (
    text.length >= BLOCK + MORE ||
    (text.length >= BLOCK - LESS && text.endsWith('\n'))
  );
}

/** Return a place near the end of *text* that is in no word, code or character. */
function wordEnd(text: string): number {
  const start = Math.max(text.length - LESS, 0);
  const near = text.slice(start);
  const code = near.search(UNFINISHED);
  // Codes may have blanks in them.
  const words = (code > 0 ? near.slice(0, code) : near).replace(CODE, hidden);
  const blank = words.search(/\s\S*$/);
  if (blank >= 0) {
    return start + blank + 1;
  }
  if (code > 0) {
    return start + code;
  }
  const last = text.charCodeAt(text.length - 1);
  return last >= 0xd800 && last < 0xdc00 ? text.length - 1 : text.length;
}

/** Return as much that is no blank. */
function hidden(code: string): string {
  return '-'.repeat(code.length);
}

/**
 * Return how many rows *text* takes, where a row has so many *columns*.
 */
export function rowsOf(text: string, columns: number): number {
  let rows = 0;
  let start = 0;
  while (start < text.length) {
    const end = text.indexOf('\n', start);
    const length = (end < 0 ? text.length : end) - start;
    rows += Math.max(1, Math.ceil(length / columns));
    start += length + 1;
  }
  return rows;
}
