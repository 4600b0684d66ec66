import type { IDocumentManager } from '@jupyterlab/docmanager';
import type { ISettingRegistry } from '@jupyterlab/settingregistry';

import { followSettings } from './settings';
import type { ISavingSettings } from './tokens';

const SECOND = 1000;

/**
 * What the user wants of saving, as it is at the moment.
 */
export class SavingSettings implements ISavingSettings {
  /**
   * Save nothing, until settings are followed.
   *
   * @param _documents - Where it is said whether notebooks are saved unasked; they are
   * if there is none.
   */
  constructor(private readonly _documents: IDocumentManager | null) {}

  /** Whether notebooks are saved by us. */
  get isOn(): boolean {
    return this._isOn && this._documents?.autosave !== false;
  }

  /** After how many milliseconds without a change. */
  get quiet(): number {
    return this._quiet;
  }

  /** After how many milliseconds at the latest. */
  get longest(): number {
    return this._longest;
  }

  /**
   * Be what the user sets, from now on.
   *
   * @param registry - Where that is set; the defaults count if there is none.
   * @param id - The plugin whose settings they are.
   */
  async follow(registry: ISettingRegistry | null, id: string): Promise<void> {
    await followSettings(registry, id, ({ saveSoon, pause, longest }) => {
      this._isOn = saveSoon !== false;
      this._quiet = Number(pause ?? 2) * SECOND;
      this._longest = Number(longest ?? 15) * SECOND;
    });
  }

  private _isOn = false;
  private _quiet = 2 * SECOND;
  private _longest = 15 * SECOND;
}
