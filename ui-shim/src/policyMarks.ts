import type { Cell, ICellModel } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { IDisposable } from '@lumino/disposable';
import { Signal } from '@lumino/signaling';

import { followCells } from './cells';
import { policyIcon } from './policyIcon';
import { METADATA_KEY, policyIn } from './policyMetadata';
import type { PolicySettings } from './policySettings';

const CLASS = 'jp-fastpath-PolicyMark';

/**
 * Marks the cells of one panel that have a policy of their own.
 */
export class PolicyMarks implements IDisposable {
  /**
   * Mark them from now on, while the user wants it.
   */
  constructor(
    private readonly _panel: NotebookPanel,
    private readonly _settings: PolicySettings,
    private readonly _trans: TranslationBundle
  ) {
    _settings.changed.connect(this._markAll, this);
    followCells(_panel, this, this._follow.bind(this));
  }

  /** Whether nothing more is marked. */
  get isDisposed(): boolean {
    return this._isDisposed;
  }

  /**
   * Mark nothing more; what is marked stays.
   */
  dispose(): void {
    this._isDisposed = true;
    Signal.clearData(this);
  }

  private _follow(cell: Cell): void {
    cell.model.metadataChanged.connect(this._onMetadataChanged, this);
    this._mark(cell);
  }

  private _onMetadataChanged(
    model: ICellModel,
    { key }: { key: string }
  ): void {
    const { widgets } = this._panel.content;
    const cell = widgets.find(widget => widget.model === model);
    if (key === METADATA_KEY && cell !== undefined) {
      this._mark(cell);
    }
  }

  private _markAll(): void {
    for (const cell of this._panel.content.widgets) {
      this._mark(cell);
    }
  }

  private _mark(cell: Cell): void {
    const { hasMarks } = this._settings;
    const { type } = cell.model;
    const isMarked =
      hasMarks && type === 'code' && (policyIn(cell.model) ?? null) !== null;
    cell.node.toggleAttribute('data-fastpath-policy', isMarked);
    const marks = cell.node.querySelectorAll(`:scope > .${CLASS}`);
    marks.forEach(mark => {
      mark.remove();
    });
    if (isMarked) {
      // Behind what the layout of the cell has, whose places are counted.
      cell.node.append(this._newMark());
    }
  }

  private _newMark(): HTMLElement {
    const mark = document.createElement('span');
    const words = this._trans.__('This cell has an output policy of its own');
    mark.className = CLASS;
    mark.title = words;
    mark.setAttribute('role', 'img');
    mark.setAttribute('aria-label', words);
    policyIcon.element({ container: mark });
    return mark;
  }

  private _isDisposed = false;
}
