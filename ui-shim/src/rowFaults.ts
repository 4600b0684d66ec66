import type { Cell } from '@jupyterlab/cells';

import type { WindowedNotebook } from './windowedNotebook';

// By how many pixels a row may be elsewhere than it is taken to be: where it is is told in
// whole ones.
const ROUNDED = 1.5;

/**
 * Return what is wrong with the rows of a notebook that are in the page; null if they are
 * as they should be: each there and shown, in the order of the notebook and where it is
 * taken to be, with none missing of what is seen.
 */
export function rowFault(notebook: WindowedNotebook): string | null {
  const { rows } = notebook;
  const first = rows.find(({ isHidden }) => !isHidden);
  // Where the first one begins below where it is taken to begin.
  const shift = first === undefined ? 0 : shiftOf(first, notebook);
  const faults = rows.map(row => faultOf(row, notebook, shift));
  return faults.find(fault => fault !== null) ?? gapIn(notebook);
}

function faultOf(
  row: Cell,
  notebook: WindowedNotebook,
  shift: number
): string | null {
  const { node } = row;
  if (node.parentElement !== notebook.viewportNode) {
    return 'a row is not in the page';
  }
  if (row.isHidden) {
    return null;
  }
  if (node.offsetParent === null) {
    return 'a row is not shown';
  }
  const isThere = Math.abs(shiftOf(row, notebook) - shift) <= ROUNDED;
  return isThere ? null : 'a row is not where it is taken to be';
}

/** How far a row begins below where it is taken to begin, in pixels. */
function shiftOf(row: Cell, notebook: WindowedNotebook): number {
  return row.node.offsetTop - notebook.offsetOf(row);
}

function gapIn({ rows, widgets, outerNode }: WindowedNotebook): string | null {
  const [first, last] = [rows[0], rows[rows.length - 1]];
  if (first === undefined || last === undefined) {
    return widgets.length === 0 ? null : 'no row is in the page';
  }
  const view = outerNode.getBoundingClientRect();
  const { top } = first.node.getBoundingClientRect();
  const { bottom } = last.node.getBoundingClientRect();
  const isCut =
    (first !== widgets[0] && top > view.top + ROUNDED) ||
    (last !== widgets[widgets.length - 1] && bottom < view.bottom - ROUNDED);
  return isCut ? 'rows that are seen are not in the page' : null;
}
