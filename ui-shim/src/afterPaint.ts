/** Calls back when a frame that is being made has been painted. */
export class AfterPaint {
  constructor() {
    this._channel.port1.onmessage = () => {
      const call = this._call;
      this._call = null;
      call?.();
    };
  }

  /**
   * Call *call* then; of two in the same frame the second.
   */
  call(call: () => void): void {
    this._call = call;
    this._channel.port2.postMessage(null);
  }

  private readonly _channel = new MessageChannel();
  private _call: (() => void) | null = null;
}
