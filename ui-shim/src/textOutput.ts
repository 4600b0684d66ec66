import type { IObservableString } from '@jupyterlab/observables';
import { RenderedCommon, type IOutputModel } from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';

import { FileLinks } from './fileLinks';
import { followEnd } from './followEnd';
import type { Frames, IFrameClient } from './frames';
import { HeldHeight } from './heldHeight';
import { measureRows } from './measureRows';
import { SizeBar } from './sizeBar';
import type { ILinks } from './textBlock';
import type { TextOutputs } from './textOutputs';
import { TextView } from './textView';
import type { ITextSettings } from './tokens';

// How long the first text of an output may keep the page, in milliseconds.
const FIRST = 10;

const ERROR = 'application/vnd.jupyter.stderr';
const ADDRESSES: ILinks = { paths: null, toFile: () => undefined };

/**
 * Text of an output, to which text is added without a change of what is there.
 */
export class TextOutput extends RenderedCommon implements IFrameClient {
  /**
   * Show nothing, so far.
   *
   * @param options - What all renderers get.
   * @param _parts - What this one needs besides.
   */
  constructor(
    options: IRenderMime.IRendererOptions,
    private readonly _parts: TextOutput.IParts
  ) {
    super(options);
    this.addClass('jp-RenderedText');
    const hasLinks = this.sanitizer.getAutolink?.() ?? true;
    this._view = new TextView(hasLinks ? this._links() : null);
    this.node.append(this._view.node);
    this._height = new HeldHeight(this._view.node);
    _parts.outputs.add(this);
  }

  /**
   * Show a model; what is right of what is shown stays.
   */
  override async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    await super.renderModel(model, true);
  }

  /**
   * Show the text of a model.
   */
  override render(model: IRenderMime.IMimeModel): Promise<void> {
    const stream = streamOf(model);
    // One that is followed tells of its changes.
    if (stream === null || stream !== this._stream) {
      this._stream?.changed.disconnect(this._onChanged, this);
      stream?.changed.connect(this._onChanged, this);
      this._stream = stream;
      this._text = stream === null ? plain(model.data[this.mimeType]) : '';
      this._view.put({ start: 0, text: this._source });
      this._begin();
    }
    return Promise.resolve();
  }

  /** Dispose of what this has. */
  override dispose(): void {
    if (this.isDisposed) {
      return;
    }
    this._parts.frames.delete(this);
    this._parts.outputs.delete(this);
    this._height.dispose();
    this._stream?.changed.disconnect(this._onChanged, this);
    this._stream = null;
    super.dispose();
  }

  /** Whether what is added at the end would be seen, or soon, or cannot wait. */
  isNear(): boolean {
    const { node } = this;
    if (!node.isConnected || !isRendered(node)) {
      return false;
    }
    const { bottom } = node.getBoundingClientRect();
    const height = window.innerHeight;
    return (bottom > -height && bottom < 2 * height) || this._view.isBusy;
  }

  /**
   * Bring the page up to date, until it is late.
   *
   * @returns Whether there is more.
   */
  renderSome(isLate: () => boolean): boolean {
    this._height.changes();
    followEnd(this.node, this._isNew, () => {
      this._restrict();
      this._view.render(isLate);
    });
    this._isNew &&= !this.isAttached;
    if (this._view.isPartial) {
      this.moved();
    }
    this._showBar();
    return !this._view.isDone;
  }

  /**
   * Put into the page what is near after something has moved.
   */
  moved(): void {
    if (this._frame === 0 && this._view.isPartial) {
      this._frame = requestAnimationFrame(() => {
        this._frame = 0;
        if (isRendered(this.node) && this._view.showNear()) {
          this.moved();
        }
      });
    }
  }

  /**
   * Put all that is within *range* into the page at once.
   */
  showWithin(range: Range): void {
    if (range.intersectsNode(this._view.node)) {
      this._view.render(() => false);
      this._view.showWithin(range);
    }
  }

  /** Heights are what they are only here. */
  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    if (this._view.isPartial) {
      this._view.restrict(measureRows(this._view.node));
      this.moved();
    }
  }

  protected override onResize(): void {
    this.moved();
  }

  /** Find out anew how much is to be in the page. */
  protected override onUpdateRequest(): void {
    if (this._bar !== null) {
      this._restrict();
      this._parts.frames.add(this);
    }
  }

  /** Errors name files. */
  private _links(): ILinks {
    return this.mimeType === ERROR
      ? new FileLinks(this.resolver, this.linkHandler)
      : ADDRESSES;
  }

  private get _source(): string {
    return this._stream?.text ?? this._text;
  }

  /** Show what there is at once, or as much of it as the page can have. */
  private _begin(): void {
    const end = performance.now() + FIRST;
    if (this.renderSome(() => performance.now() >= end)) {
      this._parts.frames.add(this);
    }
  }

  private _onChanged(
    { text }: IObservableString,
    { type, start, value }: IObservableString.IChangedArgs
  ): void {
    const isMore = type === 'insert' && start === this._view.length;
    this._view.put({ start, text: isMore ? value : text.slice(start) });
    this._parts.frames.add(this);
  }

  private _restrict(): void {
    const { settings, outputs } = this._parts;
    const { hugeSize } = settings;
    const isHuge = hugeSize > 0 && this._view.length > hugeSize;
    const isPartial = isHuge && !this._isWhole && !outputs.isSearching;
    if (isHuge && this._bar === null) {
      this._bar = this._createBar();
      this.node.prepend(this._bar.node);
    }
    this._bar?.node.toggleAttribute('hidden', !isHuge);
    if (isPartial === this._view.isPartial) {
      return;
    }
    this._height.release();
    this.toggleClass('jp-mod-whole', !isPartial);
    if (isPartial) {
      this._view.restrict(measureRows(this._view.node));
    } else {
      this._view.unrestrict();
    }
  }

  private _createBar(): SizeBar {
    return new SizeBar({
      trans: this._parts.trans,
      copy: () => {
        void navigator.clipboard.writeText(this._source);
      },
      toggle: () => {
        this._isWhole = !this._isWhole;
        this.update();
      },
      toEnd: () => {
        this._view.node.scrollIntoView({ block: 'end' });
      }
    });
  }

  private _showBar(): void {
    const { length, lines, isPartial } = this._view;
    this._bar?.show(length, lines, isPartial);
  }

  private readonly _view: TextView;
  private readonly _height: HeldHeight;
  private _stream: IObservableString | null = null;
  private _text = '';
  private _bar: SizeBar | null = null;
  private _isWhole = false;
  private _isNew = true;
  private _frame = 0;
}

/** What belongs to {@link TextOutput}. */
export namespace TextOutput {
  /** What text outputs share. */
  export interface IParts {
    /** When they may change the page. */
    readonly frames: Frames;

    /** All of them. */
    readonly outputs: TextOutputs;

    /** What the user wants. */
    readonly settings: ITextSettings;

    /** The words. */
    readonly trans: TranslationBundle;
  }
}

/** Return the text that a model follows; null if it has none that changes. */
function streamOf(model: IRenderMime.IMimeModel): IObservableString | null {
  return 'streamText' in model
    ? ((model as IOutputModel).streamText ?? null)
    : null;
}

/** Return text as a page that reads HTML has it. */
function plain(text: unknown): string {
  return String(text).replace(/\r\n?/g, '\n');
}

/** Whether the browser lays out *node*. */
function isRendered(node: HTMLElement): boolean {
  return node.checkVisibility({ contentVisibilityAuto: true });
}
