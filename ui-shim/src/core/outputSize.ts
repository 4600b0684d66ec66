import type { IPolicy } from './policy';

/** The most bytes of UTF-8 that a unit of UTF-16 takes. */
const MOST_BYTES = 3;

/**
 * Whether outputs are above the limits of what is shown.
 *
 * @param policy - The limits.
 * @param outputs - How many outputs there are.
 * @param texts - The texts of those that are text.
 */
export function isAbove(
  policy: Pick<IPolicy, 'live_bytes' | 'live_lines' | 'outputs'>,
  outputs: number,
  texts: readonly string[]
): boolean {
  return (
    (policy.outputs !== null && outputs > policy.outputs) ||
    (policy.live_bytes !== null && hasBytes(texts, policy.live_bytes)) ||
    (policy.live_lines !== null && hasLines(texts, policy.live_lines))
  );
}

/** Whether *texts* have more bytes than *limit*; they are read only if that is close. */
function hasBytes(texts: readonly string[], limit: number): boolean {
  const length = texts.reduce((sum, text) => sum + text.length, 0);
  if (length > limit || length * MOST_BYTES <= limit) {
    return length > limit;
  }
  return texts.reduce((sum, text) => sum + bytesOf(text), 0) > limit;
}

function bytesOf(text: string): number {
  let bytes = text.length;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    const isHalf = unit >= 0xd800 && unit < 0xe000;
    // Two halves take four bytes together.
    bytes += unit < 0x80 ? 0 : unit < 0x800 || isHalf ? 1 : MOST_BYTES - 1;
  }
  return bytes;
}

/** Whether *texts* have more lines than *limit*; they are read no further than that. */
function hasLines(texts: readonly string[], limit: number): boolean {
  let lines = 0;
  for (const text of texts) {
    let start = 0;
    while (start < text.length) {
      const end = text.indexOf('\n', start);
      start = end < 0 ? text.length : end + 1;
      lines += 1;
      if (lines > limit) {
        return true;
      }
    }
  }
  return false;
}
