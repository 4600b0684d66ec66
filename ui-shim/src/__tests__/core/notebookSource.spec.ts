import {
  isCovered,
  sourceOf,
  type NotebookSource
} from '../../core/notebookSource';

const CELL = {
  id: 'c',
  cell_type: 'code',
  source: 'a\nb',
  metadata: { tags: ['x'] },
  outputs: [],
  execution_count: null
};
const OTHER = { ...CELL, id: 'd' };

/** What is edited of a notebook with CELL, changed in this, and with OTHER. */
function source(
  changed: object,
  cells: object[] = [OTHER],
  metadata: object = {}
): NotebookSource {
  const found = sourceOf({
    cells: [{ ...CELL, ...changed }, ...cells],
    metadata,
    nbformat: 4,
    nbformat_minor: 5
  });
  if (found === null) {
    throw new Error('no notebook');
  }
  return found;
}

const KNOWN = source({});
const KERNEL = { kernelspec: { name: 'python3' } };

describe('sourceOf', () => {
  it.each([
    {},
    { outputs: [{ output_type: 'stream' }], execution_count: 3 },
    { source: ['a\n', 'b'] },
    { metadata: { tags: ['x'], trusted: true, execution: {} } }
  ])('does not mind %p', changed => {
    expect(source(changed)).toEqual(KNOWN);
  });

  it('does not mind what is noted of the language of the kernel', () => {
    const noted = source({}, [OTHER], { language_info: { name: 'python' } });
    expect(noted).toEqual(KNOWN);
  });

  it.each(['text', null, { cells: 3 }])('finds nothing in %p', notebook => {
    expect(sourceOf(notebook)).toBeNull();
  });
});

describe('isCovered', () => {
  it('is true for what is known', () => {
    expect(isCovered(source({}), KNOWN, source({ source: 'own' }))).toBe(true);
  });

  it.each([
    ['a cell', source({ source: 'a' })],
    ['metadata', source({ metadata: {} })],
    ['a type', source({ cell_type: 'raw' })],
    ['an ID', source({ id: 'e' })],
    ['a new cell', source({}, [OTHER, { ...CELL, id: 'e' }])],
    ['a cell that is gone', source({}, [])],
    ['another kernel', source({}, [OTHER], KERNEL)]
  ])('is true for %s only if it is our own, too', (_, file) => {
    expect(isCovered(file, KNOWN, file)).toBe(true);
    expect(isCovered(file, KNOWN, KNOWN)).toBe(false);
    expect(isCovered(file, KNOWN, source({ source: 'own' }))).toBe(false);
  });

  it('is true where all else that is our own is elsewhere', () => {
    const own = source({ source: 'own' }, [OTHER], KERNEL);
    expect(isCovered(source({}, [OTHER], KERNEL), KNOWN, own)).toBe(true);
  });

  it('is false for metadata that is gone and still here', () => {
    const known = source({}, [OTHER], KERNEL);
    expect(isCovered(KNOWN, known, known)).toBe(false);
  });

  it('tells cells without an ID by their place', () => {
    const one = { id: undefined, source: '1' };
    const other = { id: undefined, source: '2' };
    const file = source(one, [other]);
    expect(isCovered(file, file, source(one, [one]))).toBe(true);
    expect(isCovered(source(one, [one]), file, file)).toBe(false);
  });
});
