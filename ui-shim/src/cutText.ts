import { OutputModel, type IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { ITextCut } from './core/cut';
import { TerminalLine } from './core/terminalLine';
import type { ICutContent } from './cutContent';
import type { CutSource } from './cutSource';
import { measureRows } from './measureRows';

const STDOUT = 'application/vnd.jupyter.stdout';

// No browser lays out what is higher, in pixels.
const HIGHEST = 33_000_000;

/**
 * Text that was left out, shown as a stream in the way of JupyterLab.
 */
export class CutText implements ICutContent {
  /**
   * Show nothing, so far.
   *
   * @param _cut - Where it was left out.
   * @param _source - Where it is had from.
   * @param rendermime - What shows it.
   */
  constructor(
    private readonly _cut: ITextCut,
    private readonly _source: CutSource,
    rendermime: IRenderMimeRegistry
  ) {
    this.widget = rendermime.createRenderer(STDOUT);
    this.widget.disposed.connect(this._onDisposed, this);
    this._render();
  }

  /** What shows it. */
  readonly widget: IRenderMime.IRenderer;

  /** How many bytes have been loaded. */
  get size(): number {
    return this._size;
  }

  /** How many lines have been loaded. */
  get lines(): number {
    return this._lines;
  }

  /**
   * Load on until there is so much, or until the server has no more.
   */
  async load(
    size: number,
    signal: AbortSignal,
    progressed: () => void
  ): Promise<void> {
    const { headBytes } = this._cut;
    const start = headBytes + this._size;
    const end = headBytes + size;
    const pieces = this._source.text(this._cut, start, end, signal);
    for await (const bytes of pieces) {
      this._append(bytes);
      progressed();
    }
  }

  /** Text is shown to everybody. */
  trust(): void {
    return;
  }

  /**
   * Say why some of it cannot be seen; nothing if all can.
   */
  warning(trans: TranslationBundle): string {
    const { height, columns } = measureRows(this.widget.node);
    const rows = Math.max(this._lines, this._size / columns);
    return rows * height > HIGHEST
      ? trans.__(
          'This is more than a browser can scroll through: the end is better had in a new tab or as a file.'
        )
      : '';
  }

  private _append(bytes: Uint8Array): void {
    const source = this._decoder.decode(bytes, { stream: true });
    const text = this._model.streamText;
    const { start, text: added } = this._line.write(source);
    if (text !== undefined && start < text.text.length) {
      text.remove(start, text.text.length);
    }
    text?.insert(start, added);
    this._size += bytes.length;
    this._lines += linesIn(bytes);
    this._render();
  }

  /** What follows the stream has nothing to do. */
  private _render(): void {
    void this.widget.renderModel(this._model);
  }

  private _onDisposed(): void {
    this._model.dispose();
  }

  private readonly _model = new OutputModel({
    value: { output_type: 'stream', name: 'stdout', text: '' },
    trusted: false
  });
  private readonly _decoder = new TextDecoder();
  private readonly _line = new TerminalLine();
  private _size = 0;
  private _lines = 0;
}

function linesIn(bytes: Uint8Array): number {
  let lines = 0;
  for (let at = bytes.indexOf(10); at >= 0; at = bytes.indexOf(10, at + 1)) {
    lines++;
  }
  return lines;
}
