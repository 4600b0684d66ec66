import type { TranslationBundle } from '@jupyterlab/translation';

import type { IKernelState, IKnownUsage, Usage } from './core/kernelTopics';
import { partSizeOf, sizeOf } from './core/sizes';

/**
 * Says what kernels do and use.
 */
export class KernelWords {
  /**
   * Speak the language of this translation.
   */
  constructor(private readonly _trans: TranslationBundle) {}

  /**
   * Return in a word or two what a kernel does; null stands for what is not known.
   */
  stateOf(state: IKernelState | null): string {
    const words = this._executionOf(state?.execution_state);
    return state !== null && state.queue > 0
      ? this._trans.__('%1, %2 waiting', words, state.queue)
      : words;
  }

  /**
   * Return how much memory a kernel has, and of how much; nothing if it was not told yet.
   */
  memoryOf(usage: Usage | null): string {
    if (usage === null) {
      return '';
    }
    if (!usage.is_known) {
      return this._trans.__('memory unknown');
    }
    const bytes = usage.rss;
    return usage.limit === null
      ? sizeOf(bytes)
      : `${partSizeOf(bytes, usage.limit)} / ${sizeOf(usage.limit)}`;
  }

  /**
   * Return how much a kernel computes; nothing if that is not known.
   */
  cpuOf(usage: Usage | null): string {
    return usage?.is_known === true
      ? this._trans.__('CPU %1 %', usage.cpu_percent.toFixed(0))
      : '';
  }

  /**
   * Return all that is known of a kernel, in some lines.
   */
  detailsOf(state: IKernelState | null, usage: Usage | null): string {
    const { _trans: trans } = this;
    const lines =
      state === null ? [] : [`${state.name}: ${this.stateOf(state)}`];
    if (state !== null && state.restarts > 0) {
      lines.push(
        trans._n('Restarted once', 'Restarted %1 times', state.restarts)
      );
    }
    if (state !== null && state.reason !== null) {
      lines.push(trans.__('Died last: %1', state.reason));
    }
    if (usage?.is_known === true) {
      lines.push(...this._usageLines(usage));
    } else if (usage !== null) {
      lines.push(trans.__('What it uses is unknown: %1', usage.reason));
    }
    return [...lines, trans.__('Click to see its runs')].join('\n');
  }

  private _executionOf(state: string | undefined): string {
    const { _trans: trans } = this;
    switch (state) {
      case 'starting':
        return trans.__('Starting');
      case 'idle':
        return trans.__('Idle');
      case 'busy':
        return trans.__('Busy');
      case 'restarting':
        return trans.__('Restarting');
      case 'dead':
        return trans.__('Dead');
      case undefined:
      default:
        return trans.__('Unknown');
    }
  }

  private _usageLines(usage: IKnownUsage): string[] {
    const { _trans: trans } = this;
    const gpus = usage.gpu ?? [];
    return [
      trans.__('Memory: %1', this.memoryOf(usage)),
      trans.__('CPU: %1 % of one core', usage.cpu_percent.toFixed(0)),
      trans.__(
        'Threads: %1, child processes: %2',
        usage.threads,
        usage.children
      ),
      ...gpus.map(({ name, memory, total }) =>
        trans.__('%1: %2 / %3', name, partSizeOf(memory, total), sizeOf(total))
      )
    ];
  }
}
