/**
 * Keeps an element from becoming less high when its text changes, which would move all
 * that is below it.
 */
export class HeldHeight {
  /**
   * Watch *node*.
   */
  constructor(private readonly _node: HTMLElement) {
    this._observer.observe(_node);
  }

  /** Stop watching. */
  dispose(): void {
    this._observer.disconnect();
  }

  /**
   * Have the next change of the height be one of the text.
   */
  changes(): void {
    this._isChanging = true;
  }

  /**
   * Let the element be as high as it wants.
   */
  release(): void {
    this._node.style.minHeight = '';
    this._isChanging = false;
  }

  // Called between layout and paint: nobody sees what is put right here.
  private readonly _observer = new ResizeObserver(() => {
    const { offsetWidth: width, offsetHeight: height } = this._node;
    if (width !== this._width) {
      this.release();
    } else if (this._isChanging && height < this._height) {
      this._node.style.minHeight = `${this._height.toString()}px`;
      return;
    }
    this._isChanging = false;
    this._width = width;
    this._height = height;
  });

  private _isChanging = false;
  private _width = 0;
  private _height = 0;
}
