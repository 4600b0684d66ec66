import type { ICellModel } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';

import type { IPolicyRules } from '../core/policy';
import { WantedPlanes } from '../wantedPlanes';

/** What has metadata, a notebook or a cell. */
class Owner {
  constructor(public plane?: unknown) {}

  getMetadata(): unknown {
    return this.plane === undefined
      ? undefined
      : { policy: { plane: this.plane } };
  }
}

/** A notebook whose metadata, and those of its cells, say something. */
class Notebook extends Owner {
  readonly context = { localPath: 'a.ipynb', model: this };
  readonly cells: Owner[] = [];
}

function setUp(current: IPolicyRules = {}): {
  notebook: Notebook;
  wanted: WantedPlanes;
  of: (cell: Owner) => string;
} {
  const notebook = new Notebook();
  const wanted = new WantedPlanes(notebook as unknown as NotebookPanel, {
    current
  });
  const of = (cell: Owner): string =>
    wanted.of({ model: cell as unknown as ICellModel });
  return { notebook, wanted, of };
}

/** Let all come to an end that goes on at once. */
async function next(): Promise<void> {
  await Promise.resolve();
}

describe('WantedPlanes', () => {
  it('wants what the nearest says, whom it can be asked of', () => {
    const { notebook, of } = setUp({
      patterns: [['a.*', { plane: 'persistent' }]]
    });
    expect(of(new Owner())).toBe('persistent');
    notebook.plane = 'ephemeral';
    expect(of(new Owner())).toBe('ephemeral');
    expect(of(new Owner('auto'))).toBe('auto');
    expect(of(new Owner('elsewhere'))).toBe('ephemeral');
  });

  it('knows whether one cell may want to keep what looks like a picture', async () => {
    const { notebook, wanted } = setUp();
    notebook.cells.push(new Owner(), new Owner('ephemeral'));
    expect(wanted.hasPersistent).toBe(false);
    await next();
    notebook.cells.push(new Owner('persistent'));
    expect(wanted.hasPersistent).toBe(true);
    await next();
    notebook.cells.pop();
    expect(wanted.hasPersistent).toBe(false);
  });

  it('knows that all may, where the notebook or the administrator says so', () => {
    const rules = { defaults: { plane: 'persistent' } };
    const { notebook, wanted } = setUp();
    notebook.plane = 'persistent';

    expect(wanted.hasPersistent).toBe(true);
    expect(setUp(rules).wanted.hasPersistent).toBe(true);
  });
});
