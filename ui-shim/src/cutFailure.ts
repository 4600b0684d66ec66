import { ServerConnection } from '@jupyterlab/services';
import type { TranslationBundle } from '@jupyterlab/translation';

// Not known, no longer kept, and nothing there: in none of them there will be something.
const GONE = [404, 410, 416];

/**
 * Whether it is of no use to ask again.
 */
export function isGone(error: unknown): boolean {
  return (
    error instanceof ServerConnection.ResponseError &&
    GONE.includes(error.response.status)
  );
}

/**
 * Say why something could not be loaded.
 */
export function reasonOf(error: unknown, trans: TranslationBundle): string {
  if (isGone(error)) {
    return trans.__('The server no longer keeps this.');
  }
  if (error instanceof ServerConnection.ResponseError) {
    const { status } = error.response;
    return trans.__('The server refuses this (%1).', status);
  }
  if (error instanceof ServerConnection.NetworkError) {
    return trans.__('The server cannot be reached.');
  }
  console.warn('What was left out of an output cannot be shown.', error);
  return trans.__('This cannot be shown.');
}
