import { Widget } from '@lumino/widgets';

import { setText } from './bar';
import { Chart } from './chart';
import type { IKernelState, Usage } from './core/kernelTopics';
import { levelOf, UsageHistory } from './core/usageHistory';
import type { KernelWords } from './kernelWords';

const CLASS = 'jp-fastpath-StatusItem';

/**
 * Shows in the status bar what a kernel does, how much it computes, and how much memory it
 * has and had.
 */
export class StatusItem extends Widget {
  /**
   * Show nothing, so far.
   *
   * @param _words - How it is said.
   * @param open - Shows more.
   */
  constructor(
    private readonly _words: KernelWords,
    open: () => void
  ) {
    super();
    this.addClass(CLASS);
    this.addClass('jp-mod-highlighted');
    this._button.type = 'button';
    this._button.addEventListener('click', open);
    this._button.append(this._state, this._chart.node, this._memory, this._cpu);
    this.node.append(this._button);
    this.clear();
  }

  /**
   * Show nothing of what was: another kernel comes.
   */
  clear(): void {
    this._history.clear();
    this.tell(null, null);
  }

  /**
   * Take the next sample of what the kernel uses.
   */
  sampled(usage: Usage): void {
    if (usage.is_known) {
      this._history.add(usage.rss);
    }
  }

  /**
   * Show what the kernel does and uses at the moment; null stands for what is not known.
   */
  tell(state: IKernelState | null, usage: Usage | null): void {
    const { width, height } = this._chart;
    const { dataset } = this.node;
    const limit = usage?.is_known === true ? usage.limit : null;
    const bytes = usage?.is_known === true ? usage.rss : 0;
    dataset.level = levelOf(bytes, limit);
    dataset.state = state?.execution_state ?? 'unknown';
    setText(this._state, this._words.stateOf(state));
    setText(this._memory, this._words.memoryOf(usage));
    setText(this._cpu, this._words.cpuOf(usage));
    this._chart.show(this._history.points(width, height, limit));
    this._chart.node.toggleAttribute('hidden', usage?.is_known !== true);
    this._button.title = this._words.detailsOf(state, usage);
  }

  private readonly _button = document.createElement('button');
  private readonly _state = document.createElement('span');
  private readonly _memory = document.createElement('span');
  private readonly _cpu = document.createElement('span');
  private readonly _chart = new Chart(40, 12);
  private readonly _history = new UsageHistory();
}
