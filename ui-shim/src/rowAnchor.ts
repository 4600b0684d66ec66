/**
 * Keeps what is seen of a notebook where it is, when what is above becomes higher or less
 * high: rows whose height was only guessed, outputs that come, cells of others.
 */
export class RowAnchor {
  /**
   * Keep nothing yet.
   *
   * @param _scroller - What is scrolled.
   */
  constructor(private readonly _scroller: HTMLElement) {}

  /**
   * Note where the rows are that are seen.
   *
   * @param rows - Those in the page, by their order in it.
   */
  note(rows: readonly HTMLElement[]): void {
    const { top: start, bottom: end } = this._scroller.getBoundingClientRect();
    const offset = this._scroller.scrollTop - start;
    const tops = new Map<HTMLElement, number>();
    for (const row of rows) {
      const { top, bottom } = row.getBoundingClientRect();
      if (bottom > Math.max(top, start) && top < end) {
        tops.set(row, top + offset);
      }
    }
    this._tops = tops;
  }

  /**
   * Return by how many pixels what was noted is further down in what is scrolled: the first
   * row of that which is still there; 0 if none is.
   *
   * @param preferred - The row that counts if it was noted.
   */
  moved(preferred: HTMLElement | null): number {
    const noted = [...this._tops].filter(([row]) => isShown(row));
    const first = noted.find(([row]) => row === preferred) ?? noted[0];
    if (first === undefined) {
      return 0;
    }
    const [row, top] = first;
    return this._topOf(row) - top;
  }

  private _topOf(row: HTMLElement): number {
    const scroller = this._scroller;
    const { top } = scroller.getBoundingClientRect();
    return row.getBoundingClientRect().top - top + scroller.scrollTop;
  }

  private _tops: ReadonlyMap<HTMLElement, number> = new Map();
}

function isShown(row: HTMLElement): boolean {
  return row.offsetParent !== null;
}
