import type { CodeCell } from '@jupyterlab/cells';
import type { IDisposable } from '@lumino/disposable';
import { Poll } from '@lumino/polling';
import { Signal } from '@lumino/signaling';

import { isAbove } from './core/outputSize';
import type { IPolicy } from './core/policy';

// Milliseconds between two looks at what a run has put out.
const PAUSE = 1000;

// Looks after the end of a run, behind which its last output may come.
const LAST_LOOKS = 2;

/**
 * Collapses the outputs of a cell as soon as they are above their limits, where that is
 * what is to happen: once in a run, so that who expands them has the last word.
 */
export class OutputCollapse implements IDisposable {
  /**
   * Look at the runs that begin from now on.
   *
   * @param cell - The cell.
   * @param policy - Return what holds for it at the moment; null if nothing is to be
   * collapsed.
   */
  constructor(
    private readonly _cell: CodeCell,
    private readonly _policy: () => IPolicy | null
  ) {
    _cell.model.stateChanged.connect(this._onStateChanged, this);
  }

  /** Whether this looks no more. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * Look no more; what is collapsed stays so.
   */
  dispose(): void {
    this._isDisposed = true;
    this._poll?.dispose();
    Signal.clearData(this);
  }

  private _onStateChanged(_: unknown, { name }: { name: string }): void {
    const isRunning = this._cell.model.executionState === 'running';
    if (name !== 'executionState' || isRunning === this._isRunning) {
      return;
    }
    this._isRunning = isRunning;
    this._looksLeft = LAST_LOOKS;
    if (isRunning) {
      this._begin();
    }
  }

  private _begin(): void {
    const policy = this._policy();
    this._poll?.dispose();
    this._poll = null;
    if (policy?.above === 'collapse') {
      this._poll = new Poll({
        name: 'jupyter-fastpath:collapse',
        factory: () => this._look(policy),
        frequency: { interval: PAUSE, backoff: false },
        standby: 'never'
      });
    }
  }

  private async _look(policy: IPolicy): Promise<void> {
    const { outputs } = this._cell.model;
    const items = Array.from({ length: outputs.length }, (_, index) =>
      outputs.get(index)
    );
    const texts = items.map(item => item.streamText?.text ?? '');
    const isTooMuch = isAbove(policy, items.length, texts);
    if (isTooMuch) {
      this._cell.outputHidden = true;
    }
    this._looksLeft -= this._isRunning ? 0 : 1;
    if (isTooMuch || this._looksLeft === 0) {
      await this._poll?.stop();
    }
  }

  private _poll: Poll | null = null;
  private _looksLeft = 0;
  private _isRunning = false;
  private _isDisposed = false;
}
