import type { TranslationBundle } from '@jupyterlab/translation';

import { availableOf, type Cut } from './core/cut';
import type { ILoaded } from './core/cutWords';

/** How it stands with what was left out of an output. */
export interface ICutState {
  /** What that is. */
  readonly cut: Cut;

  /** What has been loaded of it. */
  readonly loaded: ILoaded;

  /** How far a load has come that takes long; null if there is none. */
  readonly progress: { readonly done: number; readonly whole: number } | null;

  /** What there is to tell besides. */
  readonly message: string;

  /** Whether nothing more can be had. */
  readonly isGone: boolean;

  /** Whether it can be asked for that more is shown of later runs. */
  readonly isKeepable: boolean;
}

/** What can be done about it. */
export interface ICutActions {
  /** Load so much more. */
  readonly load: (more: number) => void;

  /** End a load. */
  readonly stop: () => void;

  /** Take away what was loaded. */
  readonly hide: () => void;

  /** Have all be shown from the next run on. */
  readonly keep: (scope: 'cell' | 'notebook') => void;
}

/** One thing that can be done about it, and when. */
export interface ICutAction {
  /** Return what it is called. */
  label(cut: Cut, trans: TranslationBundle): string;

  /** Return what is said of it besides; nothing if it is clear. */
  title?(trans: TranslationBundle): string;

  /** Whether it is offered. */
  isShown(state: ICutState): boolean;

  /** Whether it could be done, but not now. */
  isDisabled(state: ICutState): boolean;

  /** Do it. */
  run(actions: ICutActions, state: ICutState): void;
}

// How much more is shown at a time: bytes of text, or outputs.
const STEPS = { text: 1_000_000, rich: 1, outputs: 20 };

/** What has to do with what is loaded. */
export const LOAD_ACTIONS: readonly ICutAction[] = [
  {
    label: (_, trans) => trans.__('Show more'),
    isShown: ({ cut, loaded }) => restOf(cut, loaded) > STEPS[cut.kind],
    isDisabled: cannotLoad,
    run: ({ load }, { cut }) => {
      load(STEPS[cut.kind]);
    }
  },
  {
    label: ({ kind }, trans) =>
      kind === 'rich' ? trans.__('Show') : trans.__('Show all'),
    isShown: ({ cut, loaded }) => restOf(cut, loaded) > 0,
    isDisabled: cannotLoad,
    run: ({ load }, { cut, loaded }) => {
      load(restOf(cut, loaded));
    }
  },
  {
    label: (_, trans) => trans.__('Stop'),
    isShown: ({ progress }) => progress !== null,
    isDisabled: () => false,
    run: ({ stop }) => {
      stop();
    }
  },
  {
    label: (_, trans) => trans.__('Hide'),
    title: trans => trans.__('Take away what was loaded; it is not saved'),
    isShown: ({ loaded }) => loaded.size > 0,
    isDisabled: () => false,
    run: ({ hide }) => {
      hide();
    }
  }
];

/** What has to do with later runs. */
export const KEEP_ACTIONS: readonly ICutAction[] = [
  {
    label: (_, trans) => trans.__('Keep all for this cell'),
    title: trans =>
      trans.__('Show and save all output of this cell from its next run on'),
    isShown: ({ isKeepable }) => isKeepable,
    isDisabled: () => false,
    run: ({ keep }) => {
      keep('cell');
    }
  },
  {
    label: (_, trans) => trans.__('Keep all for this notebook'),
    title: trans =>
      trans.__('Show and save all output of this notebook from now on'),
    isShown: ({ isKeepable }) => isKeepable,
    isDisabled: () => false,
    run: ({ keep }) => {
      keep('notebook');
    }
  }
];

function restOf(cut: Cut, loaded: ILoaded): number {
  return availableOf(cut) - loaded.size;
}

function cannotLoad({ isGone, progress }: ICutState): boolean {
  return isGone || progress !== null;
}
