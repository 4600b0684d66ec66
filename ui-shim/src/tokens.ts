import { Token } from '@lumino/coreutils';

import type { MessageCounts } from './core/messageCounts';
import type { ISavePace } from './core/saveTiming';

/**
 * How many messages each session of a kernel has got in this page.
 */
export type IMessageCounts = MessageCounts;

/** The token of {@link IMessageCounts}. */
export const IMessageCounts = new Token<IMessageCounts>(
  'jupyter-fastpath:IMessageCounts',
  'How many messages each session of a kernel has got in this page.'
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
