import type { OutputArea } from '@jupyterlab/outputarea';

import type { IExecuteFuture } from './recoveredFuture';

/** What output areas have before JupyterLab 4.6. */
type OlderOutputArea = Omit<OutputArea, 'reattachFuture'> &
  Partial<Pick<OutputArea, 'reattachFuture'>>;

/**
 * Let *area* show what comes to *future*.
 *
 * @returns Whether it still shows what it did; JupyterLab before 4.6 clears it.
 */
export function reattach(
  area: OlderOutputArea,
  future: IExecuteFuture
): boolean {
  if (area.reattachFuture === undefined) {
    area.future = future;
    return false;
  }
  area.reattachFuture(future);
  return true;
}

/**
 * Return what *area* listens to; null if that never was anything.
 */
export function futureOf(area: {
  readonly future: IExecuteFuture | null | undefined;
}): IExecuteFuture | null {
  return area.future ?? null;
}
