/** What has text that is not all in the page. */
interface ITextOutput {
  /** Where it is in the page. */
  readonly node: HTMLElement;

  /** Put into the page what ought to be there, soon. */
  update(): void;

  /** Put into the page what is near after something has moved. */
  moved(): void;

  /** Put all that is within *range* into the page at once. */
  showWithin(range: Range): void;
}

const SEARCH = '.jp-DocumentSearch-overlay';

/**
 * The text outputs of the page: what is not in the page of them is put there when
 * somebody searches, or copies.
 */
export class TextOutputs {
  /** Listen for copying. */
  constructor() {
    document.addEventListener('copy', this._onCopy, { capture: true });
    document.addEventListener('scroll', this._onMoved, {
      capture: true,
      passive: true
    });
    window.addEventListener('resize', this._onMoved);
  }

  /** Whether somebody searches. */
  get isSearching(): boolean {
    return this._isSearching;
  }

  /**
   * Take care of *output*.
   */
  add(output: ITextOutput): void {
    this._outputs.add(output);
    this._observer.observe(output.node);
  }

  /**
   * Take care of *output* no more.
   */
  delete(output: ITextOutput): void {
    this._outputs.delete(output);
    this._observer.unobserve(output.node);
  }

  /**
   * Have all text in the page until the search that begins now has ended.
   */
  search(): void {
    const overlay = document.querySelector(SEARCH);
    if (this._isSearching || overlay === null) {
      return;
    }
    this._isSearching = true;
    this._update();
    const observer = new MutationObserver(() => {
      if (!overlay.isConnected) {
        observer.disconnect();
        this._isSearching = false;
        this._update();
      }
    });
    // The box may be closed with the notebook around it, too.
    observer.observe(document.body, { childList: true, subtree: true });
  }

  private _update(): void {
    this._outputs.forEach(output => {
      output.update();
    });
  }

  private readonly _onMoved = (): void => {
    this._outputs.forEach(output => {
      output.moved();
    });
  };

  private readonly _onCopy = (): void => {
    const selection = document.getSelection();
    if (selection !== null && selection.rangeCount > 0) {
      const range = selection.getRangeAt(0);
      this._outputs.forEach(output => {
        output.showWithin(range);
      });
    }
  };

  // What is above may become less high, and nothing is scrolled by that.
  private readonly _observer = new IntersectionObserver(this._onMoved);
  private readonly _outputs = new Set<ITextOutput>();
  private _isSearching = false;
}
