import type { IRows } from './block';

// What is used where nothing can be measured, as in what is not attached.
const DEFAULT: IRows = { height: 17, columns: 80 };
const SAMPLE = '0'.repeat(100);

/**
 * Return how high rows of text are in *node*, and how many characters they have.
 */
export function measureRows(node: HTMLElement): IRows {
  const width = node.clientWidth;
  if (width === 0) {
    return DEFAULT;
  }
  const { lineHeight, font } = getComputedStyle(node);
  const context = document.createElement('canvas').getContext('2d');
  if (context === null) {
    return DEFAULT;
  }
  context.font = font;
  const one = context.measureText(SAMPLE).width / SAMPLE.length;
  return {
    height: parseFloat(lineHeight) || DEFAULT.height,
    columns: Math.max(1, Math.floor(width / one)) || DEFAULT.columns
  };
}
