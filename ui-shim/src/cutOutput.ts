import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { INotebookTracker } from '@jupyterlab/notebook';
import {
  RenderedCommon,
  type IRenderMimeRegistry
} from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { Message } from '@lumino/messaging';
import { PanelLayout } from '@lumino/widgets';

import { cutOf } from './core/cut';
import { placeOf } from './cutPlace';
import type { CutSource } from './cutSource';
import { CutView } from './cutView';

const PLAIN = 'text/plain';
const KEEP_ALL = 'jupyter-fastpath:keep-all';

/**
 * A marker where something was left out of an output; its text, if it is none that we
 * understand.
 */
export class CutOutput extends RenderedCommon {
  /**
   * Show nothing, so far.
   *
   * @param _options - What all renderers get.
   * @param _parts - What this one needs besides.
   */
  constructor(
    private readonly _options: IRenderMime.IRendererOptions,
    private readonly _parts: CutOutput.IParts
  ) {
    super(_options);
    this.layout = this._panel;
  }

  /**
   * Show a model; what has been loaded stays if it is about the same.
   */
  override async renderModel(model: IRenderMime.IMimeModel): Promise<void> {
    await super.renderModel(model, true);
  }

  /**
   * Show the marker of a model.
   */
  override async render(model: IRenderMime.IMimeModel): Promise<void> {
    this._model = model;
    const cut = cutOf(model.data[this.mimeType]);
    if (cut === null) {
      await this._renderText(model);
      return;
    }
    const marker = { isTrusted: model.trusted, isKeepable: this._isKeepable };
    if (this._view?.follow(cut, marker) !== true) {
      this._clear();
      this._view = new CutView(cut, {
        ...this._parts,
        rendermime: () => this._rendermime,
        keep: scope => {
          this._keep(scope);
        }
      });
      this._panel.addWidget(this._view);
      this._view.follow(cut, marker);
    }
  }

  /** Where this is, is known only here. */
  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    if (this._model !== null && this._view !== null) {
      void this.render(this._model);
    }
  }

  private async _renderText({ data }: IRenderMime.IMimeModel): Promise<void> {
    const { rendermime, trans } = this._parts;
    if (this._text === null) {
      this._clear();
      this._text = this._rendermime.createRenderer(PLAIN);
      this._panel.addWidget(this._text);
    }
    const told = data[PLAIN];
    const text =
      typeof told === 'string'
        ? told
        : trans.__('Something was left out here.');
    await this._text.renderModel(
      rendermime.createModel({ data: { [PLAIN]: text } })
    );
  }

  private _clear(): void {
    this._view = null;
    this._text = null;
    for (const widget of [...this._panel.widgets]) {
      widget.dispose();
    }
  }

  private get _isKeepable(): boolean {
    const { commands, tracker } = this._parts;
    return (
      commands.hasCommand(KEEP_ALL) && placeOf(this.node, tracker) !== null
    );
  }

  private _keep(scope: 'cell' | 'notebook'): void {
    const { commands, tracker } = this._parts;
    const cellId = placeOf(this.node, tracker)?.cellId;
    if (cellId !== undefined) {
      void commands.execute(KEEP_ALL, { scope, cellId });
    }
  }

  /** That of the notebook knows more, as widgets. */
  private get _rendermime(): IRenderMimeRegistry {
    const { resolver, sanitizer, linkHandler } = this._options;
    const { rendermime, tracker } = this._parts;
    return (
      placeOf(this.node, tracker)?.rendermime ??
      rendermime.clone({
        resolver: resolver ?? undefined,
        sanitizer,
        linkHandler: linkHandler ?? undefined
      })
    );
  }

  private readonly _panel = new PanelLayout();
  private _model: IRenderMime.IMimeModel | null = null;
  private _view: CutView | null = null;
  private _text: IRenderMime.IRenderer | null = null;
}

/** What belongs to {@link CutOutput}. */
export namespace CutOutput {
  /** What markers share. */
  export interface IParts {
    /** What shows outputs where there is no notebook. */
    readonly rendermime: IRenderMimeRegistry;

    /** The notebooks of this page; null if it has none. */
    readonly tracker: INotebookTracker | null;

    /** Where what was left out is had from. */
    readonly source: CutSource;

    /** What can be done for later runs. */
    readonly commands: JupyterFrontEnd['commands'];

    /** The words. */
    readonly trans: TranslationBundle;
  }
}
