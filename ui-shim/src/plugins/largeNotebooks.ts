import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { keepOutputs } from '../keptOutputs';
import { LargeSettings } from '../largeSettings';
import { NotebookWindow } from '../notebookWindow';

const ID = 'jupyter-fastpath:largeNotebooks';

/**
 * Notebooks with many cells open at once and scroll smoothly.
 */
export const largeNotebooks: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Lets large notebooks open at once and scroll smoothly.',
  autoStart: true,
  // The factory is registered before there is a tracker of what it makes.
  requires: [INotebookTracker],
  optional: [ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    _: INotebookTracker,
    registry: ISettingRegistry | null
  ) => {
    if (PageConfig.getOption('fastpath') !== 'on') {
      return;
    }
    const settings = new LargeSettings();
    void settings.follow(registry, ID);
    const factory = app.docRegistry.getWidgetFactory('Notebook');
    factory?.widgetCreated.connect((_, panel) => {
      if (panel instanceof NotebookPanel) {
        keepOutputs(panel);
        new NotebookWindow(panel, settings);
      }
    });
  }
};
