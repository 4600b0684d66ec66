/**
 * What a page has counted of one notebook since it was opened, as `docs/protocol.md` has
 * it; durations in seconds.
 */
export interface IPageCounts {
  /** Cells of the notebook. */
  readonly cells: number;

  /** Cells that are in the page, shown or not. */
  readonly rows: number;

  /** Elements of the notebook that are in the page. */
  readonly nodes: number;

  /** Outputs with state that are kept. */
  readonly stateful: number;

  /** Those of them that are out of sight, since their cell is. */
  readonly parked: number;

  /** Frames while the notebook was scrolled. */
  readonly scroll_frames: number;

  /** Frames that took more than 50 ms while the notebook was shown. */
  readonly long_frames: number;

  /** Errors of what hosts its rows and outputs. */
  readonly errors: number;

  /** Frames per second when it was scrolled last; null if it was not. */
  readonly fps: number | null;

  /** From opening it until a cell was to be seen; null if none was soon. */
  readonly first_cell: number | null;

  /** From opening it until an output was to be seen; null if none was soon. */
  readonly first_output: number | null;
}
