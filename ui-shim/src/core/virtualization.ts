/** Whether rows of a notebook that nobody sees leave the page. */
export type Virtualization = 'auto' | 'off' | 'on';

/** What is asked of when that is decided for a notebook. */
export interface IVirtualized {
  /** How many cells it has. */
  cells: number;

  /** From how many on it is large. */
  many: number;

  /** What is wanted. */
  wanted: Virtualization;
}

/**
 * Return whether a notebook is virtualized.
 */
export function isVirtualized({ cells, many, wanted }: IVirtualized): boolean {
  return wanted === 'on' || (wanted === 'auto' && cells >= many);
}

/**
 * Return what is wanted by the address of a page, for whoever compares; null if it says
 * nothing of it.
 *
 * @param search - The query of the address.
 */
export function wantedBy(search: string): Virtualization | null {
  const wanted = new URLSearchParams(search).get('fastpath_virtualization');
  return wanted === 'on' || wanted === 'off' ? wanted : null;
}
