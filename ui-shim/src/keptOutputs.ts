import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';

import { isPlainType } from './core/outputPlane';
import { KeptOutput } from './keptOutput';
import { ParkedOutputs } from './parkedOutputs';
import type { ServerRules } from './serverRules';
import { canKeepState } from './stateMove';
import { WantedPlanes } from './wantedPlanes';

const keeping = new WeakSet<IRenderMimeRegistry>();

/**
 * Let the outputs of a notebook that have state keep it, if the browser can do that.
 *
 * @param panel - A panel of the notebook that has just been created.
 * @param rules - What the administrator has set of outputs.
 */
export function keepOutputs(panel: NotebookPanel, rules: ServerRules): void {
  const { rendermime } = panel.content;
  // Panels of the same notebook share it.
  if (keeping.has(rendermime) || !canKeepState()) {
    return;
  }
  keeping.add(rendermime);
  const parked = new ParkedOutputs();
  const wanted = new WantedPlanes(panel, rules);
  const create = rendermime.createRenderer.bind(rendermime);
  rendermime.createRenderer = mimeType => {
    const output = create(mimeType);
    return isPlainType(mimeType) && !wanted.hasPersistent
      ? output
      : new KeptOutput(output, mimeType, parked, cell => wanted.of(cell));
  };
  panel.context.disposed.connect(() => {
    parked.clear();
  });
}
