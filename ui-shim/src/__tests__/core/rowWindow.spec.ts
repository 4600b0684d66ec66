import { type IRowView, RowWindow } from '../../core/rowWindow';

/** A view of 400 px on rows of 100 px, from *first* on. */
function viewAt(first: number, count = 1000): IRowView {
  const last = Math.min(count - 1, first + 3);
  return { seen: { first, last }, count, height: 400, heightOf: () => 100 };
}

/** Have the window settle at a view; return after how many turns it has. */
function settle(window: RowWindow, view: IRowView): number {
  for (let turn = 1; turn < 100; turn += 1) {
    window.next(view);
    if (window.isSettled) {
      return turn;
    }
  }
  throw new Error('It never settles.');
}

describe('RowWindow', () => {
  it('begins with what is seen, and few rows more', () => {
    const window = new RowWindow();

    expect(window.next(viewAt(500))).toEqual({ first: 499, last: 506 });
    expect(window.isSettled).toBe(false);
  });

  it('has all near rows little by little, and then no others', () => {
    const window = new RowWindow();

    expect(settle(window, viewAt(500))).toBe(3);

    const settled = window.next(viewAt(500));
    expect(settled).toEqual({ first: 496, last: 507 });
    expect(window.next(viewAt(500))).toEqual(settled);
  });

  it('has first what one scrolls to', () => {
    const window = new RowWindow();
    settle(window, viewAt(500));

    expect(window.next(viewAt(502))).toEqual({ first: 496, last: 509 });
    settle(window, viewAt(502));
    expect(window.next(viewAt(498))).toEqual({ first: 494, last: 507 });
  });

  it('has as many rows more as one scrolls by', () => {
    const window = new RowWindow();
    settle(window, viewAt(500));

    expect(window.next(viewAt(504)).last).toBe(511);
    expect(window.next(viewAt(508)).last).toBe(515);
    expect(window.next(viewAt(504)).first).toBe(500);
  });

  it('lets go of what is far away', () => {
    const window = new RowWindow();
    settle(window, viewAt(500));

    settle(window, viewAt(504));

    expect(window.next(viewAt(504))).toEqual({ first: 498, last: 511 });
  });

  it('has nothing of where one was before one went far', () => {
    const window = new RowWindow();
    settle(window, viewAt(500));

    expect(window.next(viewAt(900))).toEqual({ first: 899, last: 906 });
  });

  it('has what is seen even if that is all there is', () => {
    const window = new RowWindow();

    expect(window.next(viewAt(0, 1))).toEqual({ first: 0, last: 0 });
    expect(window.isSettled).toBe(true);
  });

  it('has no rows that are gone', () => {
    const window = new RowWindow();
    settle(window, viewAt(990));

    expect(window.next(viewAt(990, 992)).last).toBe(991);
  });
});
