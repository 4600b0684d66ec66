import type { NotebookPanel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';

import type { NotebookFile } from '../notebookFile';
import { quietly } from '../quietly';
import { Saver } from '../saver';

class FakeModel {
  dirty = false;
  readonly contentChanged = new Signal<this, undefined>(this);
  readonly stateChanged = new Signal<this, { name: string }>(this);
  readonly metadataChanged = new Signal<this, { key: string }>(this);

  change(): void {
    this.contentChanged.emit(undefined);
    this.dirty = true;
  }
}

/** What a notebook that is open looks like to its saver. */
class FakeContext {
  readonly model = new FakeModel();
  readonly canSave = true;
  isSaving = false;
  readonly began = new Signal<this, undefined>(this);
  readonly ended = new Signal<this, boolean>(this);
  readonly times: number[] = [];
  fails = false;

  save(): Promise<void> {
    this.times.push(performance.now());
    this.isSaving = true;
    this.began.emit(undefined);
    return this.fails
      ? Promise.reject(new Error('Cancel')).finally(() => {
          this.end(false);
        })
      : Promise.resolve();
  }

  end(isSaved = true): void {
    this.isSaving = false;
    this.model.dirty = !isSaved;
    this.ended.emit(isSaved);
  }
}

function setUp(): {
  context: FakeContext;
  state: { isOn: boolean; isFree: boolean };
  saver: Saver;
} {
  const context = new FakeContext();
  const state = { isOn: true, isFree: true, quiet: 2000, longest: 15_000 };
  const saver = new Saver({
    context: context as unknown as NotebookPanel['context'],
    file: context as unknown as NotebookFile,
    settings: state,
    isFree: () => state.isFree
  });
  return { context, state, saver };
}

describe('Saver', () => {
  beforeEach(() => {
    jest.useFakeTimers();
    jest.spyOn(console, 'warn').mockImplementation();
  });

  afterEach(() => {
    jest.useRealTimers();
    jest.restoreAllMocks();
  });

  it('saves two seconds after the last change', () => {
    const { context } = setUp();
    const start = performance.now();
    context.model.change();
    jest.advanceTimersByTime(1500);
    context.model.change();
    jest.advanceTimersByTime(1990);
    expect(context.times).toEqual([]);
    jest.advanceTimersByTime(20);

    expect(context.times).toEqual([start + 3500]);
  });

  it('leaves what JupyterLab notes of the kernel', () => {
    const { context } = setUp();
    context.model.metadataChanged.emit({ key: 'language_info' });
    context.model.change();
    context.model.stateChanged.emit({ name: 'dirty' });
    jest.advanceTimersByTime(60_000);
    expect(context.times).toEqual([]);
    context.model.metadataChanged.emit({ key: 'title' });
    context.model.change();
    jest.advanceTimersByTime(3000);

    expect(context.times).toHaveLength(1);
  });

  it('leaves what was read from the file', () => {
    const { context } = setUp();
    context.model.change();
    context.model.dirty = false;
    context.model.stateChanged.emit({ name: 'dirty' });
    jest.advanceTimersByTime(1000);
    context.model.metadataChanged.emit({ key: 'language_info' });
    context.model.change();
    jest.advanceTimersByTime(60_000);

    expect(context.times).toEqual([]);
  });

  it('waits for what runs, and for the server', () => {
    const { context, state } = setUp();
    state.isFree = false;
    context.model.change();
    jest.advanceTimersByTime(20_000);
    expect(context.times).toHaveLength(0);
    state.isFree = true;
    jest.advanceTimersByTime(2000);

    expect(context.times).toHaveLength(1);
  });

  it('saves what others are to save never, and what becomes its own', () => {
    const { context } = setUp();
    const { model } = context;
    quietly(model, () => {
      model.change();
    });
    jest.advanceTimersByTime(20_000);
    expect(context.times).toHaveLength(0);
    model.dirty = true;
    model.stateChanged.emit({ name: 'dirty' });
    jest.advanceTimersByTime(2000);

    expect(context.times).toHaveLength(1);
  });

  it('saves at once when it is due, if there is anything to save', () => {
    const { context, state, saver } = setUp();
    saver.save();
    expect(context.times).toHaveLength(0);
    state.isFree = false;
    context.model.change();
    saver.save();

    expect(context.times).toHaveLength(1);
  });

  it('saves once more if it is due while it saves', () => {
    const { context, saver } = setUp();
    context.model.change();
    saver.save();
    saver.save();
    context.model.change();
    expect(context.times).toHaveLength(1);
    context.ended.emit(true);
    expect(context.times).toHaveLength(1);
    context.isSaving = false;
    context.ended.emit(true);

    expect(context.times).toHaveLength(2);
  });

  it('leaves it to the user when saving failed, until it does not', async () => {
    const { context, saver } = setUp();
    context.fails = true;
    context.model.change();
    saver.save();
    await jest.advanceTimersByTimeAsync(0);
    context.model.change();
    await jest.advanceTimersByTimeAsync(20_000);
    expect(context.times).toHaveLength(1);
    context.fails = false;
    await context.save();
    context.end();
    context.model.change();
    await jest.advanceTimersByTimeAsync(2000);

    expect(context.times).toHaveLength(3);
  });

  it('does nothing when it is off, or over', () => {
    const { context, state, saver } = setUp();
    state.isOn = false;
    context.model.change();
    jest.advanceTimersByTime(20_000);
    saver.save();
    state.isOn = true;
    context.model.change();
    saver.dispose();
    jest.advanceTimersByTime(20_000);
    saver.save();

    expect(context.times).toEqual([]);
  });
});
