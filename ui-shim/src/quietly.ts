/** What may have to be saved. */
interface IDirty {
  dirty: boolean;
}

const quiet = new WeakSet<IDirty>();

/**
 * Do *change*, and leave whether *model* is to be saved as it was.
 *
 * @returns Whether it would have to be saved now.
 */
export function quietly(model: IDirty, change: () => void): boolean {
  const wasDirty = model.dirty;
  quiet.add(model);
  try {
    change();
  } finally {
    quiet.delete(model);
  }
  const isDirty = model.dirty;
  if (isDirty !== wasDirty) {
    model.dirty = wasDirty;
  }
  return isDirty;
}

/**
 * Whether *model* is being changed {@link quietly} at this moment.
 */
export function isQuiet(model: IDirty): boolean {
  return quiet.has(model);
}
