import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';

import { isPlainType } from './core/outputPlane';
import { KeptOutput } from './keptOutput';
import { ParkedOutputs } from './parkedOutputs';
import { canKeepState } from './stateMove';

const keeping = new WeakSet<IRenderMimeRegistry>();

/**
 * Let the outputs of a notebook that have state keep it, if the browser can do that.
 *
 * @param panel - A panel of the notebook that has just been created.
 */
export function keepOutputs(panel: NotebookPanel): void {
  const { rendermime } = panel.content;
  // Panels of the same notebook share it.
  if (keeping.has(rendermime) || !canKeepState()) {
    return;
  }
  keeping.add(rendermime);
  const parked = new ParkedOutputs();
  const create = rendermime.createRenderer.bind(rendermime);
  rendermime.createRenderer = mimeType => {
    const output = create(mimeType);
    return isPlainType(mimeType)
      ? output
      : new KeptOutput(output, mimeType, parked);
  };
  panel.context.disposed.connect(() => {
    parked.clear();
  });
}
