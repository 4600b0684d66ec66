import type { NotebookPanel } from '@jupyterlab/notebook';
import { Token } from '@lumino/coreutils';
import type { IDisposable } from '@lumino/disposable';
import type { ISignal } from '@lumino/signaling';

import type { IPaintTimes } from './core/kernelTopics';
import type { MessageCounts } from './core/messageCounts';
import type { IPageCounts } from './core/pageCounts';
import type { ISavePace } from './core/saveTiming';
import type { ServerRules } from './serverRules';

/**
 * How many messages each session of a kernel has got in this page.
 */
export type IMessageCounts = MessageCounts;

/** The token of {@link IMessageCounts}. */
export const IMessageCounts = new Token<IMessageCounts>(
  'jupyter-fastpath:IMessageCounts',
  'How many messages each session of a kernel has got in this page.'
);

/**
 * What the administrator has set of outputs, as far as it is known.
 */
export type IServerRules = ServerRules;

/** The token of {@link IServerRules}. */
export const IServerRules = new Token<IServerRules>(
  'jupyter-fastpath:IServerRules',
  'What the administrator has set of outputs.'
);

/** How text outputs are shown. */
export interface ITextSettings {
  /** Whether they are shown, and added to, in our way. */
  readonly isOn: boolean;

  /** From how many characters on only what is near is in the page; never if 0. */
  readonly hugeSize: number;
}

/** How text outputs are shown; without it, as in JupyterLab. */
export const ITextSettings = new Token<ITextSettings>(
  'jupyter-fastpath:ITextSettings',
  'What the user wants of text outputs.'
);

/** When notebooks are saved. */
export interface ISavingSettings extends ISavePace {
  /** Whether they are saved by us. */
  readonly isOn: boolean;
}

/** When notebooks are saved; without it, as by JupyterLab. */
export const ISavingSettings = new Token<ISavingSettings>(
  'jupyter-fastpath:ISavingSettings',
  'What the user wants of saving.'
);

/** What the server tells of topics, of which it keeps nothing but the last value. */
export interface IKernelStates {
  /** Whether the server is there to be told something. */
  readonly isOpen: boolean;

  /** The Unix time of the server, in seconds, as far as it is known. */
  readonly serverTime: number;

  /**
   * Be told of all topics that *pattern* means: `*` stands for any characters but a
   * slash, `**` for any.
   */
  watch(pattern: string): ITopicWatch;

  /**
   * Tell the server when this page had painted something of a run that it has asked for;
   * nothing is told if it is out of reach.
   */
  painted(kernelId: string, runId: string, times: IPaintTimes): void;

  /**
   * Let the server know what this page has counted of the notebook at *path*, as long as
   * it is in reach; null if it is not open any longer.
   */
  counted(path: string, counts: IPageCounts | null): void;
}

/** What is told of the topics of a pattern, until it is disposed. */
export interface ITopicWatch extends IDisposable {
  /** The last values, by topic. */
  readonly values: ReadonlyMap<string, unknown>;

  /** Emitted with what has changed, by topic; null stands for what is gone. */
  readonly changed: ISignal<ITopicWatch, ReadonlyMap<string, unknown>>;
}

/** The token of {@link IKernelStates}. */
export const IKernelStates = new Token<IKernelStates>(
  'jupyter-fastpath:IKernelStates',
  'What kernels do and use at the moment, as the server tells it.'
);

/** What this page counts of each notebook that is open. */
export interface IPageCounters {
  /**
   * Count something that has happened in a notebook, if that is open: `errors` are those
   * of what hosts its rows and outputs.
   */
  count(panel: NotebookPanel, what: 'errors'): void;

  /**
   * Return what was counted of a notebook, and what there is at the moment; null if it is
   * not open.
   */
  of(panel: NotebookPanel): IPageCounts | null;
}

/** The token of {@link IPageCounters}. */
export const IPageCounters = new Token<IPageCounters>(
  'jupyter-fastpath:IPageCounters',
  'What this page counts of each notebook that is open.'
);
