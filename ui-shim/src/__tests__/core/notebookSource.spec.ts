import { isSameSource } from '../../core/notebookSource';

const CELL = {
  id: 'c',
  cell_type: 'code',
  source: 'a\nb',
  metadata: { tags: ['x'] },
  outputs: [],
  execution_count: null
};

/** A notebook of one cell that is CELL but for this. */
function notebook(changed: object): object {
  return {
    cells: [{ ...CELL, ...changed }],
    metadata: { language_info: { name: 'python' } },
    nbformat: 4,
    nbformat_minor: 5
  };
}

describe('isSameSource', () => {
  it.each([
    {},
    { outputs: [{ output_type: 'stream' }], execution_count: 3 },
    { source: ['a\n', 'b'] },
    { metadata: { tags: ['x'], trusted: true, execution: {} } }
  ])('does not mind %p', changed => {
    expect(isSameSource(notebook({}), notebook(changed))).toBe(true);
  });

  it.each([
    { source: 'a' },
    { id: 'd' },
    { metadata: {} },
    { cell_type: 'raw' }
  ])('minds %p', changed => {
    expect(isSameSource(notebook({}), notebook(changed))).toBe(false);
  });

  it('minds another number of cells', () => {
    expect(isSameSource(notebook({}), { ...notebook({}), cells: [] })).toBe(
      false
    );
  });

  it('takes what is no notebook as it is', () => {
    expect(isSameSource('text', 'text')).toBe(true);
    expect(isSameSource(null, notebook({}))).toBe(false);
  });
});
