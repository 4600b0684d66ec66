import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import { IDocumentManager } from '@jupyterlab/docmanager';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { SavingSettings } from '../savingSettings';
import { ISavingSettings } from '../tokens';

const ID = 'jupyter-fastpath:saving';

/**
 * Notebooks are saved when that fits the load, and soon after they were edited.
 */
export const saving: JupyterFrontEndPlugin<ISavingSettings> = {
  id: ID,
  description: 'Provides when notebooks are saved.',
  autoStart: true,
  optional: [ISettingRegistry, IDocumentManager],
  provides: ISavingSettings,
  activate: (
    _: JupyterFrontEnd,
    registry: ISettingRegistry | null,
    documents: IDocumentManager | null
  ) => {
    const settings = new SavingSettings(documents);
    if (PageConfig.getOption('fastpath') === 'on') {
      void settings.follow(registry, ID);
    }
    return settings;
  }
};
