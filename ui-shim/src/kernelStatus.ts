import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Signal, type ISignal } from '@lumino/signaling';

import {
  isKernelState,
  isUsage,
  stateTopic,
  usageTopic
} from './core/kernelTopics';
import type { CurrentNotebook } from './currentNotebook';
import type { StatusItem } from './statusItem';
import type { StatusSettings } from './statusSettings';
import type { IKernelStates, ITopicWatch } from './tokens';

/**
 * For how long, in milliseconds, what has changed may change again before it is shown:
 * nothing is drawn while the output of a short run has to be.
 */
const SETTLING = 250;

/** How much time there is at least, in milliseconds, from one change of what is shown to the next. */
const PAUSE = 1000;

/**
 * Watches the kernel of the current notebook for the status bar, while anybody can see it.
 */
export class KernelStatus {
  /**
   * Watch it from now on.
   */
  constructor(private readonly _options: KernelStatus.IOptions) {
    const { notebook, settings, shell } = _options;
    notebook.changed.connect(this._update, this);
    settings.changed.connect(this._update, this);
    shell.currentChanged?.connect(this._update, this);
    document.addEventListener('visibilitychange', () => {
      this._update();
    });
    this._update();
  }

  /** Whether there is something to be shown. */
  get isActive(): boolean {
    return this._kernelId !== null;
  }

  /** Emitted when there is, or is no longer. */
  get activeChanged(): ISignal<this, void> {
    return this._activeChanged;
  }

  private _update(): void {
    const { notebook, settings, shell } = this._options;
    const isCurrent =
      notebook.panel !== null && shell.currentWidget === notebook.panel;
    const isWanted = settings.hasStatusItem && isCurrent;
    this._turnTo(isWanted ? notebook.kernelId : null);
    if (document.visibilityState === 'hidden') {
      this._unwatch();
    } else if (this._kernelId !== null && this._usage === null) {
      this._watch(this._kernelId);
    }
  }

  private _turnTo(kernelId: string | null): void {
    if (kernelId === this._kernelId) {
      return;
    }
    this._kernelId = kernelId;
    this._unwatch();
    // Who comes back to the same notebook sees what there was.
    if (kernelId !== null && kernelId !== this._shownId) {
      this._shownId = kernelId;
      this._options.item.clear();
    }
    this._activeChanged.emit();
  }

  private _watch(kernelId: string): void {
    const { states } = this._options;
    this._state = states.watch(stateTopic(kernelId));
    this._usage = states.watch(usageTopic(kernelId));
    this._state.changed.connect(this._showSoon, this);
    this._usage.changed.connect(this._onUsage, this);
    this._show();
  }

  private _unwatch(): void {
    clearTimeout(this._timer);
    this._timer = undefined;
    this._state?.dispose();
    this._usage?.dispose();
    this._state = null;
    this._usage = null;
  }

  private _onUsage(
    _: ITopicWatch,
    changed: ReadonlyMap<string, unknown>
  ): void {
    for (const usage of changed.values()) {
      if (isUsage(usage)) {
        this._options.item.sampled(usage);
      }
    }
    this._showSoon();
  }

  private _showSoon(): void {
    const pause = this._shownAt + PAUSE - performance.now();
    this._timer ??= setTimeout(
      () => {
        this._timer = undefined;
        this._show();
      },
      Math.max(SETTLING, pause)
    );
  }

  private _show(): void {
    this._shownAt = performance.now();
    const [state] = this._state?.values.values() ?? [];
    const [usage] = this._usage?.values.values() ?? [];
    this._options.item.tell(
      isKernelState(state) ? state : null,
      isUsage(usage) ? usage : null
    );
  }

  private readonly _activeChanged = new Signal<this, void>(this);
  private _kernelId: string | null = null;
  private _shownId: string | null = null;
  private _state: ITopicWatch | null = null;
  private _usage: ITopicWatch | null = null;
  private _shownAt = -Infinity;
  private _timer: ReturnType<typeof setTimeout> | undefined;
}

/** What belongs to {@link KernelStatus}. */
export namespace KernelStatus {
  /** What it takes to show the status of a kernel. */
  export interface IOptions {
    /** The notebook whose kernel it is. */
    readonly notebook: CurrentNotebook;

    /** What knows which widget is current. */
    readonly shell: JupyterFrontEnd.IShell;

    /** What the user wants. */
    readonly settings: StatusSettings;

    /** What the server tells. */
    readonly states: IKernelStates;

    /** Where it is shown. */
    readonly item: StatusItem;
  }
}
