import type { CodeCell } from '@jupyterlab/cells';
import type * as nbformat from '@jupyterlab/nbformat';
import { KernelMessage } from '@jupyterlab/services';

import { changeOf, withoutTransient } from './core/outputs';
import { displayIdOf, type IOutput, type IRun } from './core/protocol';
import { futureOf, reattach } from './reattach';
import type { RecoveredFuture } from './recoveredFuture';
import type { StreamName, StreamWriter } from './streamWriter';

/**
 * Make the outputs of *cell* those of *run*, and let what follows go on behind them.
 *
 * @param cell - The cell of the run.
 * @param run - What the server knows of it.
 * @param future - What the output area is to listen to; what it does if null.
 * @param isFresh - Whether the cell has nothing but what was read from the file.
 * @param writer - What writes streams; the model if null.
 */
export function seed(
  cell: CodeCell,
  run: IRun,
  future: RecoveredFuture | null,
  isFresh: boolean,
  writer: StreamWriter | null
): void {
  const { model, outputArea } = cell;
  const shown: readonly IOutput[] = model.outputs.toJSON();
  const change = changeOf(shown, run.outputs, isFresh && model.trusted);
  if (change.clears) {
    model.outputs.clear();
    // Only now: nothing that was read from the file is trusted by this.
    model.trusted = true;
  }
  const isKept = future === null || reattach(outputArea, future);
  for (const output of isKept ? change.add : run.outputs) {
    add(cell, output, writer);
  }
  if (run.clears_next) {
    model.outputs.clear(true);
    writer?.seal();
  }
}

/** Add *output*; one that may be updated comes as a message, which names the display. */
function add(
  cell: CodeCell,
  output: IOutput,
  writer: StreamWriter | null
): void {
  const stream = writer === null ? null : streamOf(output);
  if (stream !== null) {
    writer?.write(stream.name, stream.text);
    return;
  }
  const future = futureOf(cell.outputArea);
  if (displayIdOf(output) === null || future === null) {
    cell.model.outputs.add(withoutTransient(output) as nbformat.IOutput);
    return;
  }
  const { output_type, ...content } = output;
  const msg = KernelMessage.createMessage<KernelMessage.IDisplayDataMsg>({
    msgType: output_type as 'display_data',
    channel: 'iopub',
    session: '',
    content: content as unknown as KernelMessage.IDisplayDataMsg['content']
  });
  void future.onIOPub(msg);
}

function streamOf(output: IOutput): { name: StreamName; text: string } | null {
  const { output_type, name, text } = output;
  return output_type === 'stream' &&
    (name === 'stdout' || name === 'stderr') &&
    typeof text === 'string'
    ? { name, text }
    : null;
}
