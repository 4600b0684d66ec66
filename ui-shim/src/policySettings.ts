import type { ISettingRegistry } from '@jupyterlab/settingregistry';
import { Signal, type ISignal } from '@lumino/signaling';

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
    try {
      const settings = await registry?.load(id);
      settings?.changed.connect(this._take, this);
      if (settings !== undefined) {
        this._take(settings);
      }
    } catch (error) {
      console.warn('The settings of output policies are not known.', error);
    }
  }

  private _take({ composite }: ISettingRegistry.ISettings): void {
    this._hasMarks = composite.markCells !== false;
    this._isCollapsing = composite.collapseOutputs !== false;
    this._changed.emit(undefined);
  }

  private readonly _changed = new Signal<this, undefined>(this);
  private _hasMarks = true;
  private _isCollapsing = true;
}
