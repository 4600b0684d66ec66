import type { INotebookModel } from '@jupyterlab/notebook';

import { takeOutputs } from '../savedOutputs';

/** The outputs of a cell, which tell what was done to them. */
class FakeOutputs {
  constructor(private _items: unknown[]) {}
  changes = 0;

  toJSON(): unknown[] {
    return this._items;
  }

  clear(): void {
    this._items = [];
  }

  fromJSON(items: unknown[]): void {
    this._items = items;
    this.changes++;
  }
}

function cell(id: string, outputs: unknown[], type = 'code') {
  return {
    id,
    type,
    trusted: true,
    executionCount: null as number | null,
    outputs: new FakeOutputs(outputs)
  };
}

function saved(id: string, outputs: unknown[], metadata: object = {}): object {
  return { id, cell_type: 'code', execution_count: 3, outputs, metadata };
}

describe('takeOutputs', () => {
  it('takes what other outputs the same cells have, and trusts what is', () => {
    const cells = [
      cell('same', ['x']),
      cell('other', ['x']),
      cell('left', ['x']),
      cell('new', ['x']),
      cell('text', [], 'markdown')
    ] as const;
    const model = { dirty: false, cells } as unknown as INotebookModel;
    const file = {
      cells: [
        saved('other', ['y'], { trusted: true }),
        saved('same', ['x']),
        saved('left', ['y']),
        saved('text', ['y']),
        'what?'
      ]
    };
    takeOutputs(model, file, id => id === 'left');

    expect(cells.map(({ outputs }) => outputs.toJSON())).toEqual([
      ['x'],
      ['y'],
      ['x'],
      ['x'],
      []
    ]);
    expect(cells.map(({ outputs }) => outputs.changes)).toEqual([
      0, 1, 0, 0, 0
    ]);
    expect(cells.map(({ executionCount }) => executionCount)).toEqual([
      3,
      3,
      null,
      null,
      null
    ]);
    expect(cells[1].trusted).toBe(true);
  });

  it('does not trust what was not', () => {
    const one = cell('c', []);
    const model = { dirty: false, cells: [one] } as unknown as INotebookModel;
    takeOutputs(model, { cells: [saved('c', ['y'])] }, () => false);

    expect(one.trusted).toBe(false);
  });

  it('leaves all as it is for what is no notebook', () => {
    const one = cell('c', ['x']);
    const model = { dirty: false, cells: [one] } as unknown as INotebookModel;
    takeOutputs(model, 'text', () => false);

    expect(one.outputs.changes).toBe(0);
  });
});
