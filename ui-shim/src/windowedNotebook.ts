import { Cell } from '@jupyterlab/cells';
import { Notebook, StaticNotebook } from '@jupyterlab/notebook';
import type { WindowedList } from '@jupyterlab/ui-components';
import type { Message } from '@lumino/messaging';
import { type ISignal, Signal } from '@lumino/signaling';

import { CellMarks } from './cellMarks';
import { type IRows, RowWindow } from './core/rowWindow';
import { RowAnchor } from './rowAnchor';
import { RowHeights } from './rowHeights';

type RangeOptions = Parameters<WindowedList.IModel['getRangeToRender']>[0];
type Range = ReturnType<WindowedList.IModel['getRangeToRender']>;

/**
 * A notebook that can have only the rows in the page that are near, in *JupyterLab*'s
 * windowing mode `full`. Then
 *
 * - rows that are near are there before they are seen, and no frame takes long for them,
 * - what is seen stays where it is when something above it becomes higher or less high,
 * - rows that were never there have about the height that they will have,
 * - not every cell is touched whenever one scrolls.
 */
export class WindowedNotebook extends Notebook {
  /**
   * Make a notebook as *options* say, which decide on the mode as well.
   */
  constructor(options: Notebook.IOptions) {
    super(options);
    const { viewModel } = this;
    this._rangeOf = viewModel.getRangeToRender.bind(viewModel);
    viewModel.getRangeToRender = range => this._rangeToRender(range);
    const setSize = viewModel.setWidgetSize.bind(viewModel);
    viewModel.setWidgetSize = sizes => {
      const isChanged = setSize(sizes);
      this._isStale ||= isChanged;
      return isChanged;
    };
    viewModel.estimateWidgetSize = index => this._estimate(index);
    viewModel.stateChanged.connect(this._onStateChanged, this);
    this._resizes.observe(this.viewportNode);
  }

  /** Whether only near rows are in the page. */
  get isWindowed(): boolean {
    return this.viewModel.windowingActive;
  }

  /** The rows that are in the page. */
  get rows(): readonly Cell[] {
    return this.layout.widgets.filter(row => row instanceof Cell);
  }

  /** Emitted when rows have come into the page, left it, or changed their height. */
  get settled(): ISignal<this, void> {
    return this._settled;
  }

  /**
   * Return where a row is taken to begin, in pixels below the first.
   */
  offsetOf(cell: Cell): number {
    const index = this.widgets.indexOf(cell);
    return this.viewModel.getSpan(index, index)[0];
  }

  /**
   * Put all rows that are near into the page anew.
   */
  renew(): void {
    this._takeAllOut();
    this._isStale = true;
    this.update();
  }

  /**
   * Have all rows in the page that are rendered, after another mode was set.
   */
  showAll(): void {
    this._takeAllOut();
    this.viewportNode.style.transform = '';
    const rendered = this.widgets.filter(cell => !cell.isPlaceholder());
    rendered.forEach((cell, index) => {
      cell.dataset.windowedListIndex = this.widgets.indexOf(cell).toString();
      this.layout.insertWidget(index, cell);
    });
    this.update();
  }

  /** Let go of all that is held. */
  override dispose(): void {
    this._resizes.disconnect();
    cancelIdleCallback(this._growing);
    super.dispose();
  }

  /**
   * Have the outputs of a cell rendered, that they can be searched.
   */
  override renderCellOutputs(index: number): void {
    const cell = this.widgets[index];
    if (!cell?.isPlaceholder()) {
      return;
    }
    super.renderCellOutputs(index);
    if (this.isWindowed) {
      // Editors have to be in the page for a frame.
      requestAnimationFrame(() => {
        this._takeOut(cell);
      });
    }
  }

  /**
   * Go to a cell.
   */
  override scrollToItem(
    ...going: Parameters<Notebook['scrollToItem']>
  ): Promise<void> {
    this._isStale = true;
    this._isGoing = true;
    return super.scrollToItem(...going);
  }

  protected override onCellInserted(index: number, cell: Cell): void {
    this._isStale = true;
    super.onCellInserted(index, cell);
  }

  protected override onCellRemoved(index: number, cell: Cell): void {
    this._isStale = true;
    super.onCellRemoved(index, cell);
  }

  protected override onScroll(event: Event): void {
    super.onScroll(event);
    if (this.isWindowed) {
      this._note();
    }
  }

  protected override onUpdateRequest(msg: Message): void {
    if (this.isWindowed && !this._marks.areStale()) {
      // Notebook itself would write the classes of each cell again.
      StaticNotebook.prototype['onUpdateRequest'].call(this, msg);
    } else {
      super.onUpdateRequest(msg);
    }
  }

  private _onStateChanged(): void {
    this._isStale = true;
  }

  private _rangeToRender(options?: RangeOptions): Range {
    const range = this._rangeOf(options);
    if (
      range === null ||
      range[1] < 0 ||
      !this.isWindowed ||
      options?.virtual
    ) {
      return range;
    }
    const [, , first, last] = range;
    const rows = this._window.next({
      seen: { first, last },
      count: this.viewModel.widgetCount,
      height: this.viewModel.height,
      heightOf: row => this._heightOf(row)
    });
    if (!this._window.isSettled) {
      this._grow();
    }
    if (!this._isStale && this._isInPage(rows)) {
      return null;
    }
    this._isStale = false;
    // What is done with the range is done then, and not painted yet.
    queueMicrotask(() => {
      this._settle();
    });
    return [rows.first, rows.last, first, last];
  }

  private _estimate(index: number): number {
    const cell = this.widgets[index];
    return cell === undefined ? 0 : this._heights.of(cell);
  }

  /** How high a row is; the model knows better, and looks at all rows before it. */
  private _heightOf(index: number): number {
    const height = this.widgets[index]?.node.offsetHeight ?? 0;
    return height > 0 ? height : this._estimate(index);
  }

  private _isInPage({ first, last }: IRows): boolean {
    const { rows } = this;
    return (
      rows.length === last - first + 1 &&
      rows.every((cell, i) => cell === this.widgets[first + i])
    );
  }

  private _takeAllOut(): void {
    for (const row of [...this.rows]) {
      // That is where it is expected, wherever something has put it.
      if (row.node.parentElement !== this.viewportNode) {
        this.viewportNode.append(row.node);
      }
      this.layout.removeWidget(row);
    }
  }

  /** Have more rows in the page, when nothing else is to be done. */
  private _grow(): void {
    cancelIdleCallback(this._growing);
    this._growing = requestIdleCallback(() => {
      this.update();
    });
  }

  /** Take a row out of the page that was there only to be rendered. */
  private _takeOut(cell: Cell): void {
    const index = this.widgets.indexOf(cell);
    if (index < 0 || !this.isWindowed) {
      return;
    }
    const { height: size } = cell.node.getBoundingClientRect();
    if (size > 0) {
      this.viewModel.setWidgetSize([{ index, size }]);
    }
    this.layout.removeWidget(cell);
    this.update();
  }

  /** Have what is seen where it was, unless one went elsewhere. */
  private _settle(): void {
    if (this.isDisposed || !this.isWindowed) {
      return;
    }
    const { outerNode, viewModel } = this;
    const isKept = !this._isGoing && outerNode.scrollTop > 0;
    this._isGoing = false;
    const moved = isKept ? this._anchor.moved(this._editedNode()) : 0;
    if (Math.abs(moved) >= 1) {
      outerNode.scrollTop += moved;
      viewModel.scrollOffset = outerNode.scrollTop;
    }
    this._note();
    this._settled.emit();
  }

  private _note(): void {
    this._anchor.note(this.rows.map(({ node }) => node));
  }

  private _editedNode(): HTMLElement | null {
    return this.mode === 'edit' ? (this.activeCell?.node ?? null) : null;
  }

  private readonly _settled = new Signal<this, void>(this);
  private readonly _rangeOf: (options?: RangeOptions) => Range;
  private readonly _window = new RowWindow();
  private readonly _heights = new RowHeights(this.rendermime);
  private readonly _marks = new CellMarks(this);
  private readonly _anchor = new RowAnchor(this.outerNode);
  private readonly _resizes = new ResizeObserver(() => {
    this._settle();
  });

  private _isStale = true;
  private _isGoing = false;
  private _growing = 0;
}
