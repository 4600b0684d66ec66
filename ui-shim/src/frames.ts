import { AfterPaint } from './afterPaint';
import { FrameBudget } from './core/frameBudget';

/** What has something to put into the page. */
export interface IFrameClient {
  /** Whether what it puts there would be seen, or soon. */
  isNear(): boolean;

  /**
   * Put something into the page, until it is late.
   *
   * @returns Whether there is more.
   */
  renderSome(isLate: () => boolean): boolean;
}

// How often what nobody sees is brought up to date, in milliseconds.
const FAR = 250;

/**
 * Lets output come into the page in animation frames, each of which has a budget: what is
 * seen comes first, and keys have the rest of the time.
 *
 * Of a page that is hidden there are no frames: what waits comes when it is shown.
 */
export class Frames {
  /** Listen for what makes hidden output seen. */
  constructor() {
    const options = { capture: true, passive: true };
    document.addEventListener(
      'scroll',
      () => {
        this._wake();
      },
      options
    );
  }

  /**
   * Have *client* called until it has nothing more.
   */
  add(client: IFrameClient): void {
    if (!this._clients.has(client)) {
      this._clients.add(client);
      this._wake();
    }
  }

  /**
   * Have *client* called no more.
   */
  delete(client: IFrameClient): void {
    this._clients.delete(client);
  }

  private _wake(): void {
    if (this._frame === 0 && this._clients.size > 0) {
      this._frame = requestAnimationFrame(this._run);
    }
  }

  private _wakeLater(delay: number): void {
    if (this._timer === 0) {
      this._timer = window.setTimeout(() => {
        this._timer = 0;
        this._wake();
      }, delay);
    }
  }

  private readonly _run = (): void => {
    this._frame = 0;
    const start = performance.now();
    if (!this._budget.isOpen(start)) {
      this._wake();
      return;
    }
    const near = [...this._clients].filter(client => client.isNear());
    const isFarDue = start >= this._farAt;
    if (near.length === 0 && !isFarDue) {
      this._wakeLater(this._farAt - start);
      return;
    }
    if (isFarDue) {
      this._farAt = start + FAR;
    }
    this._render(
      near.length > 0 && !isFarDue ? near : this._sorted(near),
      start
    );
    // Comes after the layout and the paint of this frame.
    this._painted.call(() => {
      this._budget.spent(start, performance.now());
      this._wake();
    });
  };

  private _sorted(near: readonly IFrameClient[]): IFrameClient[] {
    return [...new Set([...near, ...this._clients])];
  }

  private _render(clients: readonly IFrameClient[], start: number): void {
    const end = start + this._budget.allowance;
    const isLate = (): boolean => performance.now() >= end;
    for (const client of clients) {
      // Behind those that had nothing yet, when their turn comes again.
      this._clients.delete(client);
      if (client.renderSome(isLate)) {
        this._clients.add(client);
      }
      if (isLate()) {
        return;
      }
    }
  }

  private readonly _painted = new AfterPaint();
  private readonly _clients = new Set<IFrameClient>();
  private readonly _budget = new FrameBudget();
  private _frame = 0;
  private _timer = 0;
  private _farAt = 0;
}
