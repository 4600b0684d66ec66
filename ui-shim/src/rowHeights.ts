import { type Cell, isCodeCellModel } from '@jupyterlab/cells';
import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';

import { estimateHeight, type IRowOutput } from './core/rowHeight';

/**
 * How high cells are about that are not rendered yet.
 */
export class RowHeights {
  /**
   * Know nothing yet.
   *
   * @param _rendermime - What will render outputs.
   */
  constructor(private readonly _rendermime: IRenderMimeRegistry) {}

  /**
   * Return how high *cell* will be, in pixels.
   */
  of(cell: Cell): number {
    const height = this._heights.get(cell) ?? this._estimate(cell);
    this._heights.set(cell, height);
    return height;
  }

  private _estimate(cell: Cell): number {
    if (!this._followed.has(cell)) {
      this._followed.add(cell);
      cell.model.contentChanged.connect(() => {
        this._heights.delete(cell);
      });
    }
    const { model, inputHidden } = cell;
    return estimateHeight({
      type: model.type,
      source: inputHidden ? '' : model.sharedModel.getSource(),
      outputs: this._outputsOf(cell)
    });
  }

  private _outputsOf({ model }: Cell): IRowOutput[] {
    if (!isCodeCellModel(model) || model.getMetadata('collapsed') === true) {
      return [];
    }
    return Array.from({ length: model.outputs.length }, (_, i) => {
      const { data, metadata } = model.outputs.get(i);
      const mimeType = this._rendermime.preferredMimeType(data, 'any') ?? '';
      return { mimeType, value: data[mimeType], metadata };
    });
  }

  private readonly _heights = new WeakMap<Cell, number>();
  private readonly _followed = new WeakSet<Cell>();
}
