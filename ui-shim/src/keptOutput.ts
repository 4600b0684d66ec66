import { Cell } from '@jupyterlab/cells';
import { OutputArea } from '@jupyterlab/outputarea';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { PromiseDelegate } from '@lumino/coreutils';
import { type Message, MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import {
  concernsOthers,
  planeOf,
  type Plane,
  type WantedPlane
} from './core/outputPlane';
import type { IContent, ParkedOutputs } from './parkedOutputs';
import { futureOf } from './reattach';
import type { IUnseen, WaitingOutputs } from './waitingOutputs';

/**
 * Shows an output by what *JupyterLab* shows it with, and, if that has state, keeps it
 * with its state where its cell is taken out of the page: when that is moved, its output
 * is collapsed, its panel goes elsewhere, or its removal is undone.
 */
export class KeptOutput
  extends Widget
  implements IRenderMime.IRenderer, IUnseen
{
  /**
   * @param _output - What shows it.
   * @param mimeType - The type of what is shown.
   * @param _parked - Where it is meanwhile.
   * @param _waiting - Where it waits until it is in the page.
   * @param _wantedOf - Returns what is wanted of the outputs of a cell.
   */
  constructor(
    private _output: IRenderMime.IRenderer | Widget,
    /** The type of what is shown. */
    readonly mimeType: string,
    private readonly _parked: ParkedOutputs,
    private readonly _waiting: WaitingOutputs,
    private readonly _wantedOf: (cell: Cell) => WantedPlane
  ) {
    super();
    this.addClass('jp-fastpath-KeptOutput');
    this.node.dataset.mimeType = mimeType;
  }

  /** Whether this has state that is kept, as it was when that was looked at last. */
  get hasState(): boolean {
    return this._hasState;
  }

  /** Whether what is shown is in exactly one place: here, or parked. */
  get isInPlace(): boolean {
    const { node } = this._output;
    if (!this._isRendered || !this._hasState || this._cell === null) {
      return true;
    }
    return this._parked.has(this._output)
      ? node.isConnected && !this.node.contains(node)
      : this.node.contains(node);
  }

  /**
   * Show what *model* has; if that looks as if it had state, once this is in the page, or
   * once something else needs it.
   */
  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this._model = model;
    this._ownPlane = null;
    if (this._isRendered || this.isAttached || !this._isKept()) {
      await this._render();
      return;
    }
    // What was in the place of this is not yet known, and could be shown again.
    if (concernsOthers(this.mimeType)) {
      this._waiting.add(this);
    }
    // By then this is where it belongs. What a run puts out is never something again.
    await Promise.resolve();
    if (this._waiting.has(this) && isOfRun(this)) {
      this._waiting.renderUpTo(this);
    }
    await this._rendered.promise;
  }

  /** Render out of sight what is not yet in the page. */
  renderAway(): void {
    this._area = ancestor(this, OutputArea);
    if (!this._isCellGone() && !this._adopt()) {
      this._parked.open(this._output);
      this._renderOnce();
    }
  }

  /**
   * Show what still is not shown by what *create* makes, in the place of what has not
   * managed to: that may wait for something it will never be given here.
   */
  renew(create: () => IRenderMime.IRenderer): void {
    if (!this._isRendering || this.isDisposed) {
      return;
    }
    const { _output: before, _parked: parked } = this;
    const wasAttached = before.isAttached;
    const wasParked = parked.has(before);
    parked.drop(before);
    this._output = create();
    if (wasParked) {
      parked.open(this._output);
    } else if (wasAttached) {
      Widget.attach(this._output, this.node);
    }
    this._renewed.resolve(true);
  }

  /** Let go what is shown; what has state may be shown by another cell. */
  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    super.dispose();
    this._waiting.remove(this);
    // With a cell that stays it has been cleared, and what comes next is something new.
    if (this._isCellGone() && this._parked.has(this._output)) {
      this._parked.leave(this._output, this._content());
    } else {
      this._parked.drop(this._output);
    }
  }

  protected override onAfterAttach(): void {
    if (this._waiting.has(this)) {
      this._waiting.renderBefore(this);
    }
    this._waiting.remove(this);
    this._noteCell();
    if (!this._parked.has(this._output)) {
      this._show();
    }
    this._wasInPage = true;
    if (this._parked.has(this._output)) {
      this._parked.putBack(this._output, this.node);
      MessageLoop.sendMessage(this._output, Widget.ResizeMessage.UnknownSize);
    } else if (!this._output.isAttached) {
      Widget.attach(this._output, this.node);
    }
  }

  protected override onBeforeDetach(): void {
    if (!this._output.isAttached) {
      return;
    }
    if (this._cell !== null && this._isKept()) {
      this._parked.park(this._output);
    } else {
      Widget.detach(this._output);
    }
  }

  protected override onResize(msg: Widget.ResizeMessage): void {
    MessageLoop.sendMessage(this._output, msg);
  }

  protected override onAfterShow(msg: Message): void {
    MessageLoop.sendMessage(this._output, msg);
  }

  protected override onAfterHide(msg: Message): void {
    MessageLoop.sendMessage(this._output, msg);
  }

  /** Whether this keeps its state, as it needs or its cell wants it. */
  private _isKept(): boolean {
    if (this._wanted === 'auto') {
      this._ownPlane ??= this._findPlane();
    }
    const plane = this._wanted === 'auto' ? this._ownPlane : this._wanted;
    this._hasState = plane === 'persistent';
    return this._hasState;
  }

  private _findPlane(): Plane {
    if (this._model === null) {
      return 'ephemeral';
    }
    const { data, metadata } = this._model;
    return planeOf({ output_type: 'display_data', data, metadata });
  }

  /** Take over what is shown by another one, or render it. */
  private _show(): void {
    if (this._model === null) {
      return;
    }
    const isTaken = !this._wasInPage && this._isKept() && this._adopt();
    if (!isTaken && !this._isRendered) {
      this._renderOnce();
    }
  }

  /** Note what this is in: when it leaves the page with that there is no policy any more. */
  private _noteCell(): void {
    this._cell = ancestor(this, Cell);
    if (this._cell !== null) {
      this._wanted = this._wantedOf(this._cell);
    }
  }

  private _renderOnce(): void {
    this._render().then(
      () => {
        this._rendered.resolve();
      },
      (reason: unknown) => {
        this._rendered.reject(reason);
      }
    );
  }

  private async _render(): Promise<void> {
    this._isRendered = true;
    this._isRendering = true;
    try {
      while (await this._renderHere()) {
        // By what is in the place of that now.
      }
    } finally {
      this._isRendering = false;
    }
  }

  /** Render, and return whether something else is to do it meanwhile. */
  private async _renderHere(): Promise<boolean> {
    this._renewed = new PromiseDelegate();
    if (this._model === null || !('renderModel' in this._output)) {
      return false;
    }
    const rendered = this._output.renderModel(this._model);
    return Promise.race([rendered.then(() => false), this._renewed.promise]);
  }

  /** Take over what a cell that is gone has shown; return whether there is such. */
  private _adopt(): boolean {
    const output = this._parked.adopt(this._content());
    if (output === null) {
      return false;
    }
    this._output.dispose();
    this._output = output;
    this._isRendered = true;
    this._rendered.resolve();
    return true;
  }

  private _isCellGone(): boolean {
    // What has not been seen is not in its cell.
    const isGone = this._cell?.isDisposed ?? this._area?.model.isDisposed;
    return isGone === true;
  }

  private _content(): IContent {
    return {
      mimeType: this.mimeType,
      value: this._model?.data[this.mimeType]
    };
  }

  private readonly _rendered = new PromiseDelegate<void>();
  private _renewed = new PromiseDelegate<boolean>();
  private _isRendering = false;
  private _model: IRenderMime.IMimeModel | null = null;
  private _cell: Cell | null = null;
  private _wanted: WantedPlane = 'auto';
  private _ownPlane: Plane | null = null;
  private _area: OutputArea | null = null;
  private _hasState = false;
  private _wasInPage = false;
  private _isRendered = false;
}

/** Whether an output is of a run that was started, or taken over, in this page. */
function isOfRun(output: Widget): boolean {
  const area = ancestor(output, OutputArea);
  return area !== null && futureOf(area) !== null;
}

function ancestor<T extends Widget>(
  widget: Widget,
  kind: abstract new (...args: never[]) => T
): T | null {
  let one: Widget | null = widget;
  while (one !== null && !(one instanceof kind)) {
    one = one.parent;
  }
  return one;
}
