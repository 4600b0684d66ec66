import type { ISettingRegistry } from '@jupyterlab/settingregistry';

import { wantedBy, type Virtualization } from './core/virtualization';
import { followSettings } from './settings';

/**
 * What the user wants of large notebooks, as it is at the moment.
 */
export class LargeSettings {
  /** Whether rows that nobody sees leave the page. */
  get virtualization(): Virtualization {
    return this._byAddress ?? this._virtualization;
  }

  /** From how many cells on a notebook is large. */
  get many(): number {
    return this._many;
  }

  /**
   * Be what the user sets, from now on.
   *
   * @param registry - Where that is set; the defaults count if there is none.
   * @param id - The plugin whose settings they are.
   */
  async follow(registry: ISettingRegistry | null, id: string): Promise<void> {
    await followSettings(registry, id, ({ virtualization, cells }) => {
      const isKnown = virtualization === 'on' || virtualization === 'off';
      this._virtualization = isKnown ? virtualization : 'auto';
      this._many = typeof cells === 'number' ? cells : MANY;
    });
  }

  private readonly _byAddress = wantedBy(location.search);
  private _virtualization: Virtualization = 'auto';
  private _many = MANY;
}

const MANY = 150;
