import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';
import { PromiseDelegate } from '@lumino/coreutils';
import { Signal } from '@lumino/signaling';

import type { FastpathApi } from '../api';
import { NotebookFile } from '../notebookFile';
import { quietly } from '../quietly';

type Context = NotebookPanel['context'];

interface IFile {
  hash: string | null;
  last_modified: string;
  content: object;
}

/** A notebook of one cell with this source and these outputs. */
function notebook(source: string, outputs: string[] = []): object {
  const cell = { id: 'c', cell_type: 'code', source, metadata: {}, outputs };
  return { metadata: {}, cells: [cell] };
}

/** A disk with one file, which says who has changed it since which version. */
class FakeServer {
  file: IFile = { hash: '0', last_modified: '0', content: notebook('a') };
  ours = new Set<string>();
  gets = 0;
  beforeRename: () => void = () => undefined;

  write(content: object, version: string): void {
    this.file = { hash: version, last_modified: version, content };
  }

  readonly contents = {
    driveName: () => '',
    get: (_: string, { content }: { content: boolean }) => {
      this.gets++;
      const { file } = this;
      return Promise.resolve(content ? file : { ...file, content: null });
    },
    rename: () => {
      this.beforeRename();
      this.renamed.emit({ last_modified: this.file.last_modified });
      return Promise.resolve({ ...this.file, hash: null });
    }
  } as unknown as Contents.IManager;

  readonly api = {
    writes: (_: string, since: string) =>
      Promise.resolve({
        version: this.file.hash,
        is_ours: this.ours.has(since)
      })
  } as unknown as FastpathApi;

  readonly renamed = new Signal<this, { last_modified: string }>(this);
}

/** A notebook that is open, with the outside of JupyterLab's contexts. */
class FakeContext {
  constructor(private readonly _server: FakeServer) {
    _server.renamed.connect((_, { last_modified }) => {
      this.contentsModel = { hash: null, last_modified };
      this.fileChanged.emit(undefined);
    });
  }

  readonly path = 'a.ipynb';
  readonly localPath = 'a.ipynb';
  readonly canSave = true;
  readonly ready = Promise.resolve();
  readonly fileChanged = new Signal<this, undefined>(this);
  contentsModel: { hash: string | null; last_modified: string } = {
    hash: '0',
    last_modified: '0'
  };
  lastModifiedCheckMargin = 500;
  content = notebook('a');
  asked = 0;
  hasAll = true;
  written: object[] = [];
  readonly model = {
    dirty: false,
    contentChanged: new Signal<object, undefined>({}),
    toJSON: () => this.content
  };
  during: () => Promise<void> = () => Promise.resolve();

  change(content: object): void {
    this.content = content;
    this.model.contentChanged.emit(undefined);
    this.model.dirty = true;
  }

  async save(): Promise<void> {
    const { content } = this;
    const { hash, last_modified } = this._server.file;
    const isOther =
      this.contentsModel.hash === null
        ? Number(last_modified) - Number(this.contentsModel.last_modified) >
          this.lastModifiedCheckMargin
        : this.contentsModel.hash !== hash;
    await this.during();
    if (isOther) {
      this.asked++;
      throw new Error('Cancel');
    }
    const version = String(Number(last_modified) + 1);
    this._server.write(content, version);
    this.written.push(content);
    this.model.dirty = false;
    this.contentsModel = { hash: version, last_modified: version };
    this.fileChanged.emit(undefined);
  }
}

/** A notebook that is open, *before* it is looked at if that is given. */
async function setUp(
  before: (context: FakeContext) => void = () => undefined
): Promise<{
  server: FakeServer;
  context: FakeContext;
  file: NotebookFile;
  taken: unknown[];
}> {
  const server = new FakeServer();
  const context = new FakeContext(server);
  const taken: unknown[] = [];
  before(context);
  const { contents, api } = server;
  const file = new NotebookFile({
    context: context as unknown as Context,
    contents,
    api,
    hasAll: () => Promise.resolve(context.hasAll),
    take: content => {
      taken.push(content);
    }
  });
  await context.ready;
  return { server, context, file, taken };
}

const OUTPUT = notebook('a', ['out']);
const OTHER = notebook('other');

describe('NotebookFile', () => {
  it('takes what the server has written, and asks nothing', async () => {
    const { server, context, taken } = await setUp();
    context.change(notebook('edited'));
    server.write(OUTPUT, '7000');
    server.ours.add('0');
    await context.save();

    expect(context.asked).toBe(0);
    expect(taken).toEqual([OUTPUT]);
    expect(context.written).toEqual([notebook('edited')]);
  });

  it('asks if what the server has written may not have come', async () => {
    const { server, context, taken } = await setUp();
    server.write(OUTPUT, '7000');
    server.ours.add('0');
    context.hasAll = false;

    await expect(context.save()).rejects.toThrow('Cancel');
    expect(context.asked).toBe(1);
    expect(taken).toEqual([]);
  });

  it('asks nothing if only outputs differ, whatever is edited here', async () => {
    const { server, context, taken } = await setUp();
    context.change(notebook('edited'));
    server.write(OUTPUT, '7000');
    await context.save();

    expect(context.asked).toBe(0);
    expect(taken).toEqual([]);
  });

  it('takes the outputs that another page has saved, with nothing to save', async () => {
    const { server, file, context, taken } = await setUp();
    server.write(OUTPUT, '7000');
    await file.refresh();

    expect(context.asked).toBe(0);
    expect(taken).toEqual([OUTPUT]);
  });

  it('asks nothing if somebody else has made the same edit', async () => {
    const { server, context } = await setUp();
    context.change(OTHER);
    server.write(OTHER, '7000');
    await context.save();

    expect(context.asked).toBe(0);
  });

  it('asks nothing if all that is new elsewhere is here, too', async () => {
    const { server, context } = await setUp();
    const kernel = { metadata: { kernelspec: { name: 'python3' } } };
    context.change({ ...notebook('b'), ...kernel });
    server.write({ ...notebook('a', ['out']), ...kernel }, '7000');
    await context.save();
    expect(context.written).toEqual([{ ...notebook('b'), ...kernel }]);
    expect(context.asked).toBe(0);
  });

  it('asks nothing though the kernel was noted before it was seen', async () => {
    const { server, context } = await setUp(opened => {
      opened.model.dirty = true;
    });
    context.change(notebook('edited'));
    server.write(OUTPUT, '7000');
    await context.save();

    expect(context.asked).toBe(0);
  });

  it('asks if something else has been edited', async () => {
    const { server, context } = await setUp();
    context.change(notebook('edited'));
    server.write(OTHER, '7000');

    await expect(context.save()).rejects.toThrow('Cancel');
    expect(context.asked).toBe(1);
    expect(context.lastModifiedCheckMargin).toBe(500);
  });

  it('asks if something is edited while it is looked at', async () => {
    const { server, context } = await setUp();
    server.write(OUTPUT, '100');
    server.beforeRename = () => {
      server.write(OTHER, '101');
    };

    await expect(context.save()).rejects.toThrow('Cancel');
    expect(context.asked).toBe(1);
  });

  it('knows a file that it has adopted', async () => {
    const { server, context, file } = await setUp();
    server.write(OUTPUT, '7000');
    await file.refresh();
    const { gets } = server;
    await file.refresh();
    server.write(notebook('a', ['out', 'more']), '9000');
    server.ours.add('7000');
    await context.save();

    expect(server.gets).toBe(gets + 3);
    expect(context.asked).toBe(0);
  });

  it('leaves what changes while it is saved to be saved', async () => {
    const { context } = await setUp();
    context.change(notebook('first'));
    context.during = () => {
      context.change(notebook('second'));
      return Promise.resolve();
    };
    await context.save();

    expect(context.model.dirty).toBe(true);
    context.during = () => Promise.resolve();
    await context.save();
    expect(context.model.dirty).toBe(false);
    expect(context.written).toEqual([notebook('first'), notebook('second')]);
  });

  it('does not mind what others are to save', async () => {
    const { context } = await setUp();
    context.during = () => {
      quietly(context.model, () => {
        context.change(OUTPUT);
      });
      return Promise.resolve();
    };
    await context.save();

    expect(context.model.dirty).toBe(false);
  });

  it('saves once for all who ask before it begins', async () => {
    const { context } = await setUp();
    const first = context.save();
    context.change(notebook('second'));
    await Promise.all([first, context.save()]);

    expect(context.written).toEqual([notebook('second')]);
  });

  it('saves once more for all who ask meanwhile', async () => {
    const { context, file } = await setUp();
    const gate = new PromiseDelegate<undefined>();
    const began = new Promise(resolve => {
      context.during = () => {
        resolve(null);
        return gate.promise;
      };
    });
    const first = context.save();
    await began;
    expect(file.isSaving).toBe(true);
    const second = context.save();
    context.change(notebook('second'));
    const third = context.save();
    context.change(notebook('third'));
    gate.resolve(undefined);
    await Promise.all([first, second, third]);

    expect(context.written).toEqual([notebook('a'), notebook('third')]);
    expect(context.asked).toBe(0);
    expect(file.isSaving).toBe(false);
  });

  it('asks once for all who ask meanwhile', async () => {
    const { server, context, file } = await setUp();
    server.write(OTHER, '7000');
    const answers = await Promise.allSettled([context.save(), context.save()]);

    expect(answers.map(({ status }) => status)).toEqual([
      'rejected',
      'rejected'
    ]);
    expect(context.asked).toBe(1);
    expect(file.isSaving).toBe(false);
  });

  it('is saved as before when it is no longer cared for', async () => {
    const { server, context, file } = await setUp();
    file.dispose();
    file.dispose();
    server.write(OUTPUT, '7000');

    await expect(context.save()).rejects.toThrow('Cancel');
  });
});
