import type { NotebookPanel } from '@jupyterlab/notebook';

import type { WantedPlane } from './core/outputPlane';
import { resolve } from './core/policy';
import { policyIn } from './policyMetadata';
import { placeOf, type ICellOwner } from './policyPlace';
import type { ServerRules } from './serverRules';

/**
 * What the policies of one notebook want of its outputs that leave the page.
 */
export class WantedPlanes {
  /**
   * Know what they want at the moment.
   *
   * @param _notebook - A panel of the notebook.
   * @param _rules - What the administrator has set.
   */
  constructor(
    private readonly _notebook: Pick<NotebookPanel, 'context'>,
    private readonly _rules: Pick<ServerRules, 'current'>
  ) {}

  /** Whether `persistent` may be wanted of some output. */
  get hasPersistent(): boolean {
    if (this._hasPersistent === null) {
      this._hasPersistent = this._look();
      // This is asked for each output. Nothing changes until all are there that come now.
      queueMicrotask(() => {
        this._hasPersistent = null;
      });
    }
    return this._hasPersistent;
  }

  /**
   * Return what is wanted of the outputs of *cell*, or of a new one if it is null.
   */
  of(cell: ICellOwner | null): WantedPlane {
    const place = placeOf(this._notebook, cell);
    return resolve(this._rules.current, place).policy.plane;
  }

  private _look(): boolean {
    const models = [...this._notebook.context.model.cells];
    const own = models.filter(model => policyIn(model) !== undefined);
    const cells = [null, ...own.map(model => ({ model }))];
    return cells.some(cell => this.of(cell) === 'persistent');
  }

  private _hasPersistent: boolean | null = null;
}
