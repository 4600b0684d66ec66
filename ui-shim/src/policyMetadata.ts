import type { ICellModel } from '@jupyterlab/cells';
import type { INotebookModel } from '@jupyterlab/notebook';

import { isRecord } from './core/guards';

/** The key of metadata that is ours. */
export const METADATA_KEY = 'fastpath';

/** What has metadata: a notebook, or a cell. */
export type Owner = Pick<
  ICellModel | INotebookModel,
  'getMetadata' | 'setMetadata' | 'deleteMetadata'
>;

/**
 * Return what a notebook or cell says of its outputs, whatever that is; undefined if
 * nothing.
 */
export function policyIn(owner: Owner): unknown {
  const ours: unknown = owner.getMetadata(METADATA_KEY);
  return isRecord(ours) ? ours.policy : undefined;
}

/**
 * Have a notebook or cell say *policy* of its outputs, and nothing if that is undefined;
 * what else it says to us stays.
 */
export function setPolicy(owner: Owner, policy: unknown): void {
  const ours: unknown = owner.getMetadata(METADATA_KEY);
  const others = new Map(Object.entries(isRecord(ours) ? ours : {}));
  others.delete('policy');
  if (policy !== undefined) {
    others.set('policy', policy);
  }
  if (others.size > 0) {
    owner.setMetadata(METADATA_KEY, Object.fromEntries(others));
  } else if (ours !== undefined) {
    owner.deleteMetadata(METADATA_KEY);
  }
}
