import { Signal, type ISignal } from '@lumino/signaling';

/** What browsers have for it, the best first: a frame, or a task alone, of over 50 ms. */
const TYPES = ['long-animation-frame', 'longtask'];

/**
 * Tells of the frames of this page that took more than 50 ms, as the browser knows them.
 */
export class LongFrames {
  /** Tell of none until this starts. */
  constructor() {
    this._observer = new PerformanceObserver(list => {
      this._came.emit(list.getEntries().length);
    });
  }

  /** Whether the browser knows them. */
  get areKnown(): boolean {
    return this._type !== undefined;
  }

  /** Emitted with how many there were. */
  get came(): ISignal<this, number> {
    return this._came;
  }

  /**
   * Tell of those that come.
   */
  start(): void {
    if (this._type !== undefined) {
      this._observer.observe({ type: this._type });
    }
  }

  /**
   * Tell of none until this starts again.
   */
  stop(): void {
    this._observer.disconnect();
  }

  private readonly _type = TYPES.find(type =>
    PerformanceObserver.supportedEntryTypes.includes(type)
  );
  private readonly _observer: PerformanceObserver;
  private readonly _came = new Signal<this, number>(this);
}
