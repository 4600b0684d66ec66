import type { ISettingRegistry } from '@jupyterlab/settingregistry';

import { followSettings } from './settings';
import type { ITextSettings } from './tokens';

const MEGA = 1000 * 1000;

/**
 * What the user wants of outputs, as it is at the moment.
 */
export class OutputSettings implements ITextSettings {
  /** Whether text is shown, and added to, in our way. */
  get isOn(): boolean {
    return this._isOn;
  }

  /** From how many characters on only what is near is in the page; never if 0. */
  get hugeSize(): number {
    return this._hugeSize;
  }

  /**
   * Be what the user sets, from now on.
   *
   * @param registry - Where that is set; the defaults count if there is none.
   * @param id - The plugin whose settings they are.
   */
  async follow(registry: ISettingRegistry | null, id: string): Promise<void> {
    this._isOn = true;
    await followSettings(registry, id, ({ appendText, hugeText }) => {
      this._isOn = appendText !== false;
      this._hugeSize = Number(hugeText ?? 1) * MEGA;
    });
  }

  private _isOn = false;
  private _hugeSize = MEGA;
}
