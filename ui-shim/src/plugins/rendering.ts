import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { ITranslator, nullTranslator } from '@jupyterlab/translation';

import { Frames } from '../frames';
import { OutputSettings } from '../outputSettings';
import { appendsItself, textFactories } from '../textFactory';
import { TextOutputs } from '../textOutputs';
import { ITextSettings } from '../tokens';

const ID = 'jupyter-fastpath:rendering';

/**
 * Output is added to what is shown, a little in each frame.
 */
export const rendering: JupyterFrontEndPlugin<ITextSettings> = {
  id: ID,
  description: 'Adds output to what is shown, and draws nothing again.',
  autoStart: true,
  requires: [IRenderMimeRegistry],
  optional: [ISettingRegistry, ITranslator],
  provides: ITextSettings,
  activate: (
    app: JupyterFrontEnd,
    rendermime: IRenderMimeRegistry,
    registry: ISettingRegistry | null,
    translator: ITranslator | null
  ) => {
    const settings = new OutputSettings();
    const isWanted = PageConfig.getOption('fastpath') === 'on';
    if (!isWanted || appendsItself(rendermime)) {
      return settings;
    }
    void settings.follow(registry, ID);
    const trans = (translator ?? nullTranslator).load('jupyter_fastpath');
    const frames = new Frames();
    const outputs = new TextOutputs();
    const parts = { frames, outputs, settings, trans };
    textFactories(parts).forEach(factory => {
      rendermime.addFactory(factory, (factory.defaultRank ?? 100) - 1);
    });
    app.commands.commandExecuted.connect((_, { id }) => {
      if (id === 'documentsearch:start') {
        outputs.search();
      }
    });
    return settings;
  }
};
