import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal, type ISignal } from '@lumino/signaling';

import { followSettings } from './settings';

/**
 * What the user wants to see of kernels and runs, as it is at the moment.
 */
export class StatusSettings {
  /** Whether cells show for how long they run. */
  get hasCellTimes(): boolean {
    return this._hasCellTimes;
  }

  /** Whether the status bar shows what the kernel does and uses. */
  get hasStatusItem(): boolean {
    return this._hasStatusItem;
  }

  /** Emitted when something else is wanted. */
  get changed(): ISignal<this, undefined> {
    return this._changed;
  }

  /**
   * Be what the user sets, from now on.
   *
   * @param registry - Where that is set; the defaults count if there is none.
   * @param id - The plugin whose settings they are.
   */
  async follow(registry: ISettingRegistry | null, id: string): Promise<void> {
    await followSettings(registry, id, ({ cellTimes, statusItem }) => {
      this._hasCellTimes = cellTimes !== false;
      this._hasStatusItem = statusItem !== false;
      this._changed.emit(undefined);
    });
  }

  private readonly _changed = new Signal<this, undefined>(this);
  private _hasCellTimes = false;
  private _hasStatusItem = false;
}
