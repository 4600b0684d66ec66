import type {
  JupyterFrontEnd,
  JupyterFrontEndPlugin
} from '@jupyterlab/application';
import { PageConfig } from '@jupyterlab/coreutils';
import {
  INotebookTracker,
  NotebookPanel,
  NotebookWidgetFactory
} from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';

import { settleEditorStyle } from '../editorStyle';
import { letHiddenRowsGo } from '../hiddenRows';
import { keepOutputs } from '../keptOutputs';
import { LargeSettings } from '../largeSettings';
import { NotebookWindow } from '../notebookWindow';
import { IPageCounters, IServerRules } from '../tokens';
import { WindowedNotebook } from '../windowedNotebook';

const ID = 'jupyter-fastpath:largeNotebooks';

/**
 * Notebooks with many cells open at once and scroll smoothly.
 */
export const largeNotebooks: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Lets large notebooks open at once and scroll smoothly.',
  autoStart: true,
  // The factory is registered before there is a tracker of what it makes.
  requires: [INotebookTracker, IServerRules],
  optional: [IPageCounters, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    _: INotebookTracker,
    rules: IServerRules,
    counters: IPageCounters | null,
    registry: ISettingRegistry | null
  ) => {
    if (PageConfig.getOption('fastpath') !== 'on') {
      return;
    }
    const settings = new LargeSettings();
    void settings.follow(registry, ID);
    settleEditorStyle();
    const factory = app.docRegistry.getWidgetFactory('Notebook');
    if (!(factory instanceof NotebookWidgetFactory)) {
      return;
    }
    makeWindowed(factory.contentFactory);
    factory.widgetCreated.connect((_, panel) => {
      keepOutputs(panel, rules);
      if (panel.content instanceof WindowedNotebook) {
        letHiddenRowsGo(panel.content);
        new NotebookWindow(panel, panel.content, settings, counters);
      }
    });
  }
};

/** Have notebooks made that can be windowed, unless somebody makes others. */
function makeWindowed(factory: NotebookPanel.IContentFactory): void {
  const { createNotebook } = NotebookPanel.ContentFactory.prototype;
  if (factory.createNotebook === createNotebook) {
    factory.createNotebook = options => new WindowedNotebook(options);
  }
}
