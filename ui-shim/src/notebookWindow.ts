import { Notification } from '@jupyterlab/apputils';
import { PathExt } from '@jupyterlab/coreutils';
import type { NotebookPanel, StaticNotebook } from '@jupyterlab/notebook';

import { isVirtualized } from './core/virtualization';
import { keptOutputsOf } from './keptOutputs';
import type { LargeSettings } from './largeSettings';
import { type IFaults, RowWatch } from './rowWatch';
import type { IPageCounters } from './tokens';
import type { WindowedNotebook } from './windowedNotebook';

type Config = StaticNotebook.INotebookConfig;

// JupyterLab itself puts each cell of a notebook into the page once, whenever that is
// idle, in tasks that keep it from taking keys; but not in a mode that it does not know.
const UNKNOWN = 'fastpath' as Config['windowingMode'];

/**
 * Decides for one notebook, when it is opened, whether only the rows that are near are in
 * the page, and sees to that.
 */
export class NotebookWindow {
  /**
   * @param _panel - A panel of the notebook that has just been created, and is not yet in
   * the page.
   * @param _notebook - What it shows.
   * @param _settings - What the user wants.
   * @param _counters - What counts the faults of the page, if anything does.
   */
  constructor(
    private readonly _panel: NotebookPanel,
    private readonly _notebook: WindowedNotebook,
    private readonly _settings: LargeSettings,
    private readonly _counters: IPageCounters | null
  ) {
    const { context } = _panel;
    this._users = _notebook.notebookConfig;
    if (this._isUnwanted()) {
      return;
    }
    this._takeConfigs();
    this._apply();
    const { cells } = context.model;
    cells.changed.connect(this._decide, this);
    this._decide();
    void context.ready.then(() => {
      cells.changed.disconnect(this._decide, this);
      this._isDecided = true;
      this._apply();
    });
  }

  private _isUnwanted(): boolean {
    const { virtualization } = this._settings;
    const isOther = this._users.windowingMode === 'none';
    return virtualization === 'off' || (virtualization === 'auto' && isOther);
  }

  /** Be told when the user changes the configuration of all notebooks. */
  private _takeConfigs(): void {
    const panel = this._panel;
    const setConfig = panel.setConfig.bind(panel);
    panel.setConfig = config => {
      this._users = config.notebookConfig;
      setConfig({ ...config, notebookConfig: this._config() });
      this._afterConfig();
    };
  }

  private _decide(): void {
    const { many, virtualization } = this._settings;
    const cells = this._panel.context.model.cells.length;
    if (!isVirtualized({ cells, many, wanted: virtualization })) {
      return;
    }
    this._panel.context.model.cells.changed.disconnect(this._decide, this);
    this._isDecided = true;
    this._isLarge = true;
    this._apply();
    this._watch = new RowWatch(this._notebook, this._faults());
    this._panel.disposed.connect(() => this._watch?.dispose());
  }

  private _faults(): IFaults {
    return {
      find: () => {
        const arePlaced = keptOutputsOf(this._panel)?.areInPlace ?? true;
        return arePlaced ? null : 'an output is not where it belongs';
      },
      count: () => {
        this._counters?.count(this._panel, 'errors');
      },
      giveUp: fault => {
        this._giveUp(fault);
      }
    };
  }

  /** Show the notebook as JupyterLab does, with all of its rows. */
  private _giveUp(fault: string): void {
    this._watch?.dispose();
    this._isLarge = false;
    if (this._users.windowingMode === 'full') {
      this._users = { ...this._users, windowingMode: 'defer' };
    }
    this._apply();
    this._notebook.showAll();
    const name = PathExt.basename(this._panel.context.path);
    console.error(`All rows of ${name} are in the page now: ${fault}.`);
    Notification.warning(
      `All cells of ${name} are in the page now: ${fault}.` +
        ' Nothing is lost; it may be slow until it is reopened.',
      { autoClose: false }
    );
  }

  private _apply(): void {
    this._notebook.notebookConfig = this._config();
    this._afterConfig();
  }

  private _config(): Config {
    if (this._isLarge) {
      return { ...this._users, windowingMode: 'full' };
    }
    // Until it is decided cells must not have what only this mode gives them: JupyterLab
    // would go on to look for that in another mode.
    const isEarly =
      !this._isDecided && this._users.windowingMode === 'contentVisibility';
    return isEarly ? { ...this._users, windowingMode: 'defer' } : this._users;
  }

  private _afterConfig(): void {
    if (this._isLarge) {
      // Whether rows are windowed was decided when the configuration was set.
      this._notebook.notebookConfig.windowingMode = UNKNOWN;
    }
  }

  private _users: Config;
  private _watch: RowWatch | null = null;
  private _isLarge = false;
  private _isDecided = false;
}
