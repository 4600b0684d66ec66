import type { NotebookPanel } from '@jupyterlab/notebook';
import type { IRenderMime, IRenderMimeRegistry } from '@jupyterlab/rendermime';

import { isPlainType } from './core/outputPlane';
import { KeptOutput } from './keptOutput';
import { ParkedOutputs } from './parkedOutputs';
import type { ServerRules } from './serverRules';
import { canKeepState } from './stateMove';
import { WaitingOutputs } from './waitingOutputs';
import { WantedPlanes } from './wantedPlanes';

/**
 * The outputs of one notebook that have state, and keep it.
 */
export class KeptOutputs {
  /**
   * Have none, so far.
   *
   * @param panel - A panel of the notebook.
   * @param rules - What the administrator has set of outputs.
   */
  constructor(panel: NotebookPanel, rules: ServerRules) {
    this._wanted = new WantedPlanes(panel, rules);
    this._parked = new ParkedOutputs(panel.content.node);
    panel.context.disposed.connect(() => {
      this._parked.clear();
    });
  }

  /** How many there are. */
  get count(): number {
    const shown = [...this._outputs].filter(({ hasState }) => hasState);
    return shown.length + this._parked.orphanCount;
  }

  /** How many of them are out of sight, since their cell is. */
  get parkedCount(): number {
    return this._parked.count;
  }

  /** Whether each of them is in exactly one place. */
  get areInPlace(): boolean {
    return [...this._outputs].every(({ isInPlace }) => isInPlace);
  }

  /**
   * Return what shows an output of a type by *output*, and keeps that if it has state.
   */
  keep(output: IRenderMime.IRenderer, mimeType: string): IRenderMime.IRenderer {
    if (isPlainType(mimeType) && !this._wanted.hasPersistent) {
      return output;
    }
    const { _outputs: outputs, _parked: parked, _wanted: wanted } = this;
    const kept = new KeptOutput(output, mimeType, parked, this._waiting, cell =>
      wanted.of(cell)
    );
    outputs.add(kept);
    kept.disposed.connect(() => {
      outputs.delete(kept);
    });
    return kept;
  }

  /**
   * Have outputs of these types that are not shown yet be shown by what *create* makes.
   */
  renew(
    mimeTypes: readonly string[],
    create: (mimeType: string) => IRenderMime.IRenderer
  ): void {
    for (const output of this._outputs) {
      if (mimeTypes.includes(output.mimeType)) {
        output.renew(() => create(output.mimeType));
      }
    }
  }

  private readonly _wanted: WantedPlanes;
  private readonly _outputs = new Set<KeptOutput>();
  private readonly _parked: ParkedOutputs;
  private readonly _waiting = new WaitingOutputs();
}

// Panels of the same notebook share what renders its outputs.
const keeping = new WeakMap<IRenderMimeRegistry, KeptOutputs>();

/**
 * Let the outputs of a notebook that have state keep it, if the browser can do that.
 *
 * @param panel - A panel of the notebook that has just been created.
 * @param rules - What the administrator has set of outputs.
 */
export function keepOutputs(panel: NotebookPanel, rules: ServerRules): void {
  const { rendermime } = panel.content;
  if (keeping.has(rendermime) || !canKeepState()) {
    return;
  }
  const kept = new KeptOutputs(panel, rules);
  keeping.set(rendermime, kept);
  const create = rendermime.createRenderer.bind(rendermime);
  rendermime.createRenderer = mimeType => kept.keep(create(mimeType), mimeType);
  // ipywidgets looks for its own outputs once it can show them, and cannot look into ours;
  // then it registers what makes such that can.
  const addFactory = rendermime.addFactory.bind(rendermime);
  rendermime.addFactory = (factory, rank) => {
    addFactory(factory, rank);
    kept.renew(factory.mimeTypes, create);
  };
}

/**
 * Return the outputs of a notebook that keep their state; null if none does.
 */
export function keptOutputsOf(panel: NotebookPanel): KeptOutputs | null {
  return keeping.get(panel.content.rendermime) ?? null;
}
