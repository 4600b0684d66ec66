import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal, type ISignal } from '@lumino/signaling';

import { followSettings } from './settings';

/**
 * What the user wants to see of output policies, as it is at the moment.
 */
export class PolicySettings {
  /** Whether cells with a policy of their own are marked. */
  get hasMarks(): boolean {
    return this._hasMarks;
  }

  /** Whether outputs above their limits are collapsed where a policy says so. */
  get isCollapsing(): boolean {
    return this._isCollapsing;
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
    await followSettings(registry, id, ({ markCells, collapseOutputs }) => {
      this._hasMarks = markCells !== false;
      this._isCollapsing = collapseOutputs !== false;
      this._changed.emit(undefined);
    });
  }

  private readonly _changed = new Signal<this, undefined>(this);
  private _hasMarks = true;
  private _isCollapsing = true;
}
