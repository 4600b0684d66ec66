import type { CodeCell } from '@jupyterlab/cells';
import type { IOutputModel } from '@jupyterlab/rendermime';
import type { IOutputAreaModel } from '@jupyterlab/outputarea';
import type { KernelMessage } from '@jupyterlab/services';

import { BLOCK } from './core/blocks';
import { TerminalLine } from './core/terminalLine';
import { typeOf } from './message';
import { futureOf } from './reattach';
import type { ITextSettings } from './tokens';

/** The streams of a kernel. */
export type StreamName = 'stdout' | 'stderr';

/**
 * Writes streams into the outputs of one cell: what is written costs what is new, not
 * what there is.
 *
 * An output that this has begun has to be written by this to its end: the model does not
 * know where its text goes on.
 */
export class StreamWriter {
  private constructor(private readonly _outputs: IOutputAreaModel) {}

  /**
   * Return the writer of *outputs*; null while the user wants JupyterLab to write.
   */
  static of(
    outputs: IOutputAreaModel,
    settings: ITextSettings
  ): StreamWriter | null {
    if (!settings.isOn) {
      return null;
    }
    let writer = writers.get(outputs);
    if (writer === undefined) {
      writer = new StreamWriter(outputs);
      writers.set(outputs, writer);
    }
    return writer;
  }

  /**
   * Write a message if it is of a stream, and note what others mean for streams.
   *
   * @returns Whether it has been written.
   */
  receive(msg: KernelMessage.IIOPubMessage): boolean {
    switch (typeOf(msg)) {
      case 'stream': {
        const { name, text } = (msg as KernelMessage.IStreamMsg).content;
        this.write(name, text);
        return true;
      }
      case 'clear_output':
        this.seal();
        return false;
      default:
        return false;
    }
  }

  /**
   * Have what is written next be another output.
   */
  seal(): void {
    this._item = null;
    this._isSealed = true;
  }

  /**
   * Write *text* to the stream *name*.
   */
  write(name: StreamName, text: string): void {
    const last = this._last;
    if (last !== null && this._goesOn(last, name)) {
      this._append(last, text);
    } else {
      this._begin(name, text);
    }
    this._isSealed = false;
  }

  private get _last(): IOutputModel | null {
    const { length } = this._outputs;
    return length > 0 ? this._outputs.get(length - 1) : null;
  }

  /** Whether *name* is written behind what *last* has. */
  private _goesOn(last: IOutputModel, name: StreamName): boolean {
    if (this._isSealed || !isStream(last, name)) {
      return false;
    }
    const length = last.streamText?.text.length ?? 0;
    // The output may be another one with the same text, as when a notebook is trusted.
    if (last !== this._item && length !== this._line.length) {
      this._line = new TerminalLine(last.streamText?.text);
    }
    this._item = last;
    return true;
  }

  private _begin(name: StreamName, text: string): void {
    this._line = new TerminalLine();
    const whole = this._line.write(text).text;
    // The model reads what it is given character by character.
    const head = whole.slice(0, BLOCK);
    this._outputs.add({ output_type: 'stream', name, text: head });
    this._item = this._last;
    if (whole.length > head.length) {
      this._item?.streamText?.insert(head.length, whole.slice(head.length));
    }
  }

  private _append(item: IOutputModel, source: string): void {
    const text = item.streamText;
    if (text === undefined) {
      return;
    }
    const { length } = text.text;
    const change = this._line.write(source);
    if (change.start < length) {
      text.remove(change.start, length);
    }
    if (change.text !== '') {
      text.insert(change.start, change.text);
    }
  }

  private _item: IOutputModel | null = null;
  private _line = new TerminalLine();
  private _isSealed = false;
}

/**
 * Write *msg* into the outputs of *cell* if it is of a stream, and if the cell shows the
 * run *runId*.
 *
 * @returns Whether it has been written.
 */
export function writeStream(
  cell: CodeCell,
  runId: string,
  msg: KernelMessage.IIOPubMessage,
  settings: ITextSettings
): boolean {
  const isShown = futureOf(cell.outputArea)?.msg.header.msg_id === runId;
  const writer = StreamWriter.of(cell.model.outputs, settings);
  return isShown && writer?.receive(msg) === true;
}

const writers = new WeakMap<IOutputAreaModel, StreamWriter>();

function isStream(item: IOutputModel, name: StreamName): boolean {
  const data = Object.keys(item.data);
  return (
    item.type === 'stream' &&
    data.length === 1 &&
    data[0] === `application/vnd.jupyter.${name}`
  );
}
