import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import { rowFault } from './rowFaults';
import type { WindowedNotebook } from './windowedNotebook';

// For how long nothing has to have changed before it is looked, in milliseconds: sizes
// are told up to a second later while one scrolls.
const REST = 1500;

// How often in a row something may be wrong: it is mended but for the last time.
const MOST = 3;

/** What is done about a fault. */
export interface IFaults {
  /** Return what else is wrong; null if nothing is. */
  find(): string | null;

  /** Note that something was wrong. */
  count(): void;

  /** Show all rows, since what is wrong cannot be mended. */
  giveUp(fault: string): void;
}

/**
 * Looks now and then, when nothing else is to be done, whether the rows of a windowed
 * notebook that are in the page are as they should be, and mends them if they are not.
 */
export class RowWatch implements IDisposable {
  /**
   * Look from now on.
   */
  constructor(
    private readonly _notebook: WindowedNotebook,
    private readonly _faults: IFaults
  ) {
    _notebook.settled.connect(this._onSettled, this);
  }

  /** Whether nobody looks any more. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * Look no more.
   */
  dispose(): void {
    this._isDisposed = true;
    window.clearTimeout(this._timer);
    cancelIdleCallback(this._idle);
    Signal.clearData(this);
  }

  private _onSettled(): void {
    window.clearTimeout(this._timer);
    this._timer = window.setTimeout(() => {
      this._idle = requestIdleCallback(() => {
        this._look();
      });
    }, REST);
  }

  private _look(): void {
    const { isDisposed, isWindowed, isVisible } = this._notebook;
    if (isDisposed || !isWindowed || !isVisible) {
      return;
    }
    const fault = rowFault(this._notebook) ?? this._faults.find();
    if (fault === null) {
      this._count = 0;
      return;
    }
    this._count += 1;
    this._faults.count();
    if (this._count < MOST) {
      this._notebook.renew();
    } else {
      this._faults.giveUp(fault);
    }
  }

  private _timer = 0;
  private _idle = 0;
  private _count = 0;
  private _isDisposed = false;
}
