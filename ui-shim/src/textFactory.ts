import {
  errorRendererFactory,
  textRendererFactory,
  type IRenderMimeRegistry
} from '@jupyterlab/rendermime';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';

import { TextOutput } from './textOutput';

/**
 * Return what shows text, and errors, in our way, or in JupyterLab's while that is wanted.
 */
export function textFactories(
  parts: TextOutput.IParts
): IRenderMime.IRendererFactory[] {
  return [textRendererFactory, errorRendererFactory].map(stock => ({
    ...stock,
    createRenderer: options =>
      parts.settings.isOn
        ? new TextOutput(options, parts)
        : stock.createRenderer(options)
  }));
}

/**
 * Whether JupyterLab itself adds text to what is shown, as it does from 4.7 on: there is
 * a switch for it then.
 */
export function appendsItself({ sanitizer }: IRenderMimeRegistry): boolean {
  return 'getIncrementalAutolink' in sanitizer;
}
