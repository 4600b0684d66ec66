import { isEqual, isRecord } from './guards';

/**
 * Whether two notebooks are the same but for outputs and execution counts.
 */
export function isSameSource(one: unknown, other: unknown): boolean {
  return isEqual(sourceOf(one), sourceOf(other));
}

/**
 * Return what of a notebook is not changed by running its cells, in a form that is
 * {@link isEqual equal} for notebooks that are the same in that.
 */
export function sourceOf(notebook: unknown): unknown {
  if (!isRecord(notebook) || !Array.isArray(notebook.cells)) {
    return notebook;
  }
  // The form of a file may be newer or older in its details.
  return { metadata: notebook.metadata, cells: notebook.cells.map(cellOf) };
}

/** What running a cell does not change. */
function cellOf(cell: unknown): unknown {
  if (!isRecord(cell)) {
    return cell;
  }
  const metadata = isRecord(cell.metadata) ? { ...cell.metadata } : {};
  delete metadata.trusted;
  delete metadata.execution;
  return {
    id: cell.id,
    type: cell.cell_type,
    source: Array.isArray(cell.source) ? cell.source.join('') : cell.source,
    attachments: cell.attachments,
    metadata
  };
}
