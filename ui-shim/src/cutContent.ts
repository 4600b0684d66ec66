import type { TranslationBundle } from '@jupyterlab/translation';
import type { Widget } from '@lumino/widgets';

/**
 * What has been loaded of an output of which something was left out. It is only in the
 * page: no model has it, and nothing saves it.
 */
export interface ICutContent {
  /** What shows it. */
  readonly widget: Widget;

  /** How much has been loaded: bytes or outputs. */
  readonly size: number;

  /** How many lines have been loaded. */
  readonly lines: number;

  /**
   * Load on until there is so much, or until the server has no more.
   *
   * @param size - How much there is to be.
   * @param signal - What ends it before.
   * @param progressed - Called after each piece.
   */
  load(
    size: number,
    signal: AbortSignal,
    progressed: () => void
  ): Promise<void>;

  /**
   * Show what may be shown only if it is trusted, or do not.
   */
  trust(isTrusted: boolean): void;

  /**
   * Say why some of it cannot be seen; nothing if all can.
   */
  warning(trans: TranslationBundle): string;
}
