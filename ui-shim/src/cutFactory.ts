import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';

import { CutOutput } from './cutOutput';

// Before plain text, which says the same.
const RANK = 50;

/**
 * Return what shows markers where something was left out of an output.
 */
export function cutFactory(
  parts: CutOutput.IParts
): IRenderMime.IRendererFactory {
  return {
    safe: true,
    mimeTypes: ['application/vnd.jupyter.fastpath.cut+json'],
    defaultRank: RANK,
    createRenderer: options => new CutOutput(options, parts)
  };
}
