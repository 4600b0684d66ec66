import { Cell } from '@jupyterlab/cells';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import { PromiseDelegate } from '@lumino/coreutils';
import { type Message, MessageLoop } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import { planeOf, type Plane, type WantedPlane } from './core/outputPlane';
import type { IContent, ParkedOutputs } from './parkedOutputs';

/**
 * Shows an output by what *JupyterLab* shows it with, and, if that has state, keeps it
 * with its state where its cell is taken out of the page: when that is moved, its output
 * is collapsed, its panel goes elsewhere, or its removal is undone.
 */
export class KeptOutput extends Widget implements IRenderMime.IRenderer {
  /**
   * @param _output - What shows it.
   * @param _mimeType - The type of what is shown.
   * @param _parked - Where it is meanwhile.
   * @param _wantedOf - Returns what is wanted of the outputs of a cell.
   */
  constructor(
    private _output: IRenderMime.IRenderer | Widget,
    private readonly _mimeType: string,
    private readonly _parked: ParkedOutputs,
    private readonly _wantedOf: (cell: Cell) => WantedPlane
  ) {
    super();
    this.addClass('jp-fastpath-KeptOutput');
    this.node.dataset.mimeType = _mimeType;
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
   * Show what *model* has; once this is in the page if that looks as if it had state.
   */
  async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    this._model = model;
    this._ownPlane = null;
    if (this._isRendered || this.isAttached || !this._isKept()) {
      await this._render();
      return;
    }
    // What was in the place of this is not yet known, and could be shown again.
    await this._rendered.promise;
  }

  /** Let go what is shown; what has state may be shown by another cell. */
  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    super.dispose();
    // With a cell that stays it has been cleared, and what comes next is something new.
    if (this._cell?.isDisposed && this._parked.has(this._output)) {
      this._parked.leave(this._output, this._content());
    } else {
      this._parked.drop(this._output);
    }
  }

  protected override onAfterAttach(): void {
    const isNew = !this._wasInPage;
    this._wasInPage = true;
    this._cell = cellOf(this);
    if (this._cell !== null) {
      // When it leaves the page with its cell that has no policy any more.
      this._wanted = this._wantedOf(this._cell);
    }
    if (this._parked.has(this._output)) {
      this._parked.putBack(this._output, this.node);
      this._tellSize();
      return;
    }
    if (isNew && this._model !== null && this._isKept() && this._adopt()) {
      return;
    }
    if (!this._isRendered && this._model !== null) {
      this._render().then(
        () => {
          this._rendered.resolve();
        },
        (reason: unknown) => {
          this._rendered.reject(reason);
        }
      );
    }
    if (!this._output.isAttached) {
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

  private async _render(): Promise<void> {
    this._isRendered = true;
    if (this._model !== null && 'renderModel' in this._output) {
      await this._output.renderModel(this._model);
    }
  }

  /** Show again what a cell that is gone has shown; return whether there is such. */
  private _adopt(): boolean {
    const output = this._parked.adopt(this._content());
    if (output === null) {
      return false;
    }
    this._output.dispose();
    this._output = output;
    this._isRendered = true;
    this._parked.putBack(output, this.node);
    this._rendered.resolve();
    this._tellSize();
    return true;
  }

  private _tellSize(): void {
    MessageLoop.sendMessage(this._output, Widget.ResizeMessage.UnknownSize);
  }

  private _content(): IContent {
    return {
      mimeType: this._mimeType,
      value: this._model?.data[this._mimeType]
    };
  }

  private readonly _rendered = new PromiseDelegate<void>();
  private _model: IRenderMime.IMimeModel | null = null;
  private _cell: Cell | null = null;
  private _wanted: WantedPlane = 'auto';
  private _ownPlane: Plane | null = null;
  private _hasState = false;
  private _wasInPage = false;
  private _isRendered = false;
}

function cellOf(widget: Widget): Cell | null {
  let one: Widget | null = widget;
  while (one !== null && !(one instanceof Cell)) {
    one = one.parent;
  }
  return one;
}
