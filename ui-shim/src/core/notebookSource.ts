import { isEqual, isRecord } from './guards';

/** What of a notebook people edit, by part; equal where that is the same. */
export type NotebookSource = ReadonlyMap<string, unknown>;

/**
 * Return what of a notebook is not changed by running its cells; null if it is none.
 */
export function sourceOf(notebook: unknown): NotebookSource | null {
  if (!isRecord(notebook) || !Array.isArray(notebook.cells)) {
    return null;
  }
  // The form of a file may be newer or older in its details.
  const metadata = isRecord(notebook.metadata) ? { ...notebook.metadata } : {};
  delete metadata.language_info;
  const cells = notebook.cells.map(cellOf);
  return new Map<string, unknown>([
    ...Object.entries(metadata).map(([key, value]) =>
      part('metadata', key, value)
    ),
    part(
      'cells',
      '',
      cells.map(({ id }) => id)
    ),
    ...cells.map((cell, index) => part('cell', cell.id ?? index, cell))
  ]);
}

/**
 * Whether each part of *file* is as in one of these, so that who had *known* and now
 * writes *own* undoes nothing that somebody has edited.
 */
export function isCovered(
  file: NotebookSource,
  known: NotebookSource,
  own: NotebookSource
): boolean {
  return [...new Set([...file.keys(), ...known.keys()])].every(
    key =>
      isEqual(file.get(key), known.get(key)) ||
      isEqual(file.get(key), own.get(key))
  );
}

function part(kind: string, key: unknown, value: unknown): [string, unknown] {
  return [JSON.stringify([kind, key]), value];
}

/** What running a cell does not change. */
function cellOf(cell: unknown): Record<string, unknown> {
  if (!isRecord(cell)) {
    return {};
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
