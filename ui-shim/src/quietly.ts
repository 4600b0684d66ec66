/** What may have to be saved. */
interface IDirty {
  dirty: boolean;
}

/**
 * Do *change*, and leave whether *model* is to be saved as it was.
 *
 * @returns Whether it would have to be saved now.
 */
export function quietly(model: IDirty, change: () => void): boolean {
  const wasDirty = model.dirty;
  change();
  const isDirty = model.dirty;
  if (isDirty !== wasDirty) {
    model.dirty = wasDirty;
  }
  return isDirty;
}
