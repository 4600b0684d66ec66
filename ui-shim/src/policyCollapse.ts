import { CodeCell, type Cell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { DisposableSet, type IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import { followCells } from './cells';
import { resolve, type IPolicy } from './core/policy';
import { OutputCollapse } from './outputCollapse';
import { placeOf } from './policyPlace';
import type { PolicySettings } from './policySettings';
import type { ServerRules } from './serverRules';

/**
 * Collapses the outputs of one panel where their policy says so.
 */
export class PolicyCollapse implements IDisposable {
  /**
   * Collapse those of runs that begin from now on, while the user wants it.
   */
  constructor(private readonly _options: PolicyCollapse.IOptions) {
    followCells(_options.panel, this, this._follow.bind(this));
  }

  /** Whether nothing more is collapsed. */
  get isDisposed(): boolean {
    return this._collapses.isDisposed;
  }

  /**
   * Collapse nothing more; what is collapsed stays so.
   */
  dispose(): void {
    this._collapses.dispose();
    Signal.clearData(this);
  }

  private _follow(cell: Cell): void {
    if (cell instanceof CodeCell) {
      const collapse = new OutputCollapse(cell, () => this._policyOf(cell));
      this._collapses.add(collapse);
      cell.disposed.connect(() => {
        this._collapses.remove(collapse);
        collapse.dispose();
      }, this);
    }
  }

  private _policyOf(cell: CodeCell): IPolicy | null {
    const { panel, rules, settings } = this._options;
    if (!settings.isCollapsing) {
      return null;
    }
    return resolve(rules.current, placeOf(panel, cell)).policy;
  }

  private readonly _collapses = new DisposableSet();
}

/** What belongs to {@link PolicyCollapse}. */
export namespace PolicyCollapse {
  /** What it takes to know what is to be collapsed. */
  export interface IOptions {
    /** The notebook. */
    readonly panel: NotebookPanel;

    /** What the administrator has set. */
    readonly rules: ServerRules;

    /** What the user wants. */
    readonly settings: PolicySettings;
  }
}
