/** The rows of a notebook from one to another, both included. */
export interface IRows {
  readonly first: number;
  readonly last: number;
}

/** What is seen of a notebook. */
export interface IRowView {
  /** The rows of which something is seen. */
  readonly seen: IRows;

  /** How many there are in all. */
  readonly count: number;

  /** How high the view is, in pixels. */
  readonly height: number;

  /** Return how high a row is, in pixels, as far as that is known. */
  heightOf(row: number): number;
}

// How far from the view rows are to be in the page, and may stay there, in heights of the
// view: one can scroll by that much in a moment and sees no gap.
const NEAR = 1;
const KEPT = 1.5;

// How many rows more come into the page at once, of those that are not seen yet, than one
// has scrolled by: no frame takes long for them.
const STEP = 2;

/**
 * The rows of a notebook that are in the page: those that are seen, and, little by little,
 * those that are near.
 */
export class RowWindow {
  /** Whether all rows that are near are in the page. */
  get isSettled(): boolean {
    return this._isSettled;
  }

  /**
   * Return the rows that are to be in the page now.
   */
  next(view: IRowView): IRows {
    const { seen } = view;
    const near = reach(view, NEAR);
    const { first, last } = both(seen, this._rows);
    // Of rows between two places that are far from each other nobody has seen anything.
    const way = first > last ? 0 : seen.first - this._seen.first;
    const kept = both(reach(view, KEPT), this._rows);
    const rows = grown(all(beside(view), kept), near, way);
    this._rows = rows;
    this._seen = seen;
    this._isSettled = rows.first <= near.first && rows.last >= near.last;
    return rows;
  }

  private _rows: IRows = NONE;
  private _seen: IRows = NONE;
  private _isSettled = false;
}

const NONE: IRows = { first: 0, last: -1 };

/** What is seen and a row on each side, as *JupyterLab* has it. */
function beside({ seen, count }: IRowView): IRows {
  return {
    first: Math.max(0, seen.first - 1),
    last: Math.min(count - 1, seen.last + 1)
  };
}

/** The rows of which something is within so many heights of the view. */
function reach(view: IRowView, heights: number): IRows {
  const { seen, count, height, heightOf } = view;
  const most = heights * height;
  let { first, last } = seen;
  for (let room = most; first > 0 && room > 0; first -= 1) {
    room -= heightOf(first - 1);
  }
  for (let room = most; last < count - 1 && room > 0; last += 1) {
    room -= heightOf(last + 1);
  }
  return { first, last };
}

function both(one: IRows, other: IRows): IRows {
  return {
    first: Math.max(one.first, other.first),
    last: Math.min(one.last, other.last)
  };
}

/** All rows of *rows* and *others*; only *rows* if there are rows between them. */
function all(rows: IRows, others: IRows): IRows {
  const isApart =
    others.first > others.last ||
    others.first > rows.last + 1 ||
    others.last < rows.first - 1;
  return isApart
    ? rows
    : {
        first: Math.min(rows.first, others.first),
        last: Math.max(rows.last, others.last)
      };
}

/** *rows* and some more of *most*, first those to which one scrolls. */
function grown({ first, last }: IRows, most: IRows, way: number): IRows {
  const above = Math.max(0, first - most.first);
  const below = Math.max(0, most.last - last);
  const step = STEP + Math.min(Math.abs(way), last - first);
  const down = Math.min(below, way < 0 ? Math.max(0, step - above) : step);
  const up = Math.min(above, step - down);
  return { first: first - up, last: last + down };
}
