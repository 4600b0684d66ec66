import { AfterPaint } from './afterPaint';

/**
 * Tells when what is in the page has been painted.
 */
export class Paints {
  /** Listen for when the page is hidden: then nothing is. */
  constructor() {
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'hidden') {
        this._tell(null);
      }
    });
  }

  /**
   * Return when the next frame has been painted, by the clock of the page in milliseconds;
   * null if it is not, since the page is hidden.
   */
  next(): Promise<number | null> {
    if (document.visibilityState === 'hidden') {
      return Promise.resolve(null);
    }
    this._frame ??= new Promise(resolve => {
      this._resolve = resolve;
      requestAnimationFrame(() => {
        this._afterPaint.call(() => {
          this._tell(performance.now());
        });
      });
    });
    return this._frame;
  }

  private _tell(time: number | null): void {
    this._resolve?.(time);
    this._resolve = null;
    this._frame = null;
  }

  private readonly _afterPaint = new AfterPaint();
  private _frame: Promise<number | null> | null = null;
  private _resolve: ((time: number | null) => void) | null = null;
}
