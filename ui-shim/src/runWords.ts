import type { TranslationBundle } from '@jupyterlab/translation';

import { labelOf } from './core/cellRuns';
import { durationOf } from './core/durations';
import type { IRunRecord } from './core/kernelTopics';
import { sizeOf } from './core/sizes';

/**
 * Says what has become of runs.
 */
export class RunWords {
  /**
   * Speak the language of this translation.
   */
  constructor(readonly trans: TranslationBundle) {}

  /**
   * Return in a word or two how a run stands.
   */
  stateOf({ state, position, status }: IRunRecord): string {
    const { trans } = this;
    if (state === 'running') {
      return trans.__('Running');
    }
    if (state === 'queued') {
      return position === null
        ? trans.__('Queued')
        : trans.__('Queued, #%1', position);
    }
    switch (status) {
      case 'ok':
        return trans.__('Done');
      case 'error':
        return trans.__('Failed');
      case 'aborted':
        return trans.__('Not run');
      case 'interrupted':
        return trans.__('Interrupted');
      case 'kernel_died':
        return trans.__('Kernel died');
      case 'kernel_restarted':
        return trans.__('Kernel restarted');
      case null:
      default:
        return status ?? '';
    }
  }

  /**
   * Return in few characters how a run stands: its place in the queue, for how long it has
   * been going on at *now*, how long it took, or that its kernel is gone.
   */
  labelOf(run: IRunRecord, now: number): string {
    if (!isBad(run)) {
      return labelOf(run, now);
    }
    return run.status === 'kernel_died'
      ? this.trans.__('died')
      : this.trans.__('restarted');
  }

  /**
   * Return what is known of the time of a run, and of how it ended, in some lines.
   */
  detailsOf(run: IRunRecord): string {
    const { trans } = this;
    if (run.state !== 'done') {
      return run.state === 'queued' && run.position !== null
        ? trans._n('Waits for one run', 'Waits for %1 runs', run.position)
        : '';
    }
    const lines = [
      isBad(run)
        ? [this.stateOf(run), run.reason].filter(isThere).join(': ')
        : '',
      run.duration === null
        ? ''
        : trans.__('Took %1', durationOf(run.duration)),
      run.first_output === null
        ? ''
        : trans.__('First output after %1', durationOf(run.first_output)),
      run.peak_memory === null
        ? ''
        : trans.__('Memory: up to %1', sizeOf(run.peak_memory))
    ];
    return lines.filter(isThere).join('\n');
  }
}

/**
 * Whether a run is known to have begun and did not come to its end.
 */
export function isBad({ status, ts_kernel_start: begun }: IRunRecord): boolean {
  const isLost = status === 'kernel_died' || status === 'kernel_restarted';
  return isLost && begun !== null;
}

function isThere(text: string | null): boolean {
  return text !== null && text !== '';
}
