import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Contents } from '@jupyterlab/services';

import { isSameSource } from './core/notebookSource';

/**
 * Let the next save of *panel* replace a file that has other outputs than the notebook
 * and nothing else, without asking: of what runs put out, this page has the newest.
 *
 * A file that is different in any other way is left for the user to decide on.
 */
export async function adoptFile(
  panel: NotebookPanel,
  contents: Contents.IManager
): Promise<void> {
  const { path, model, contentsModel } = panel.context;
  if (model.collaborative || contentsModel === null) {
    return;
  }
  const file = await contents.get(path, {
    type: 'notebook',
    content: true,
    hash: true
  });
  const isKnown = file.hash
    ? file.hash === contentsModel.hash
    : file.last_modified === contentsModel.last_modified;
  if (isKnown || !isSameSource(file.content, model.toJSON())) {
    return;
  }
  // To rename a file to the name that it has does nothing, but tells all who have it
  // open how it is now. The next save compares with that.
  await contents.rename(path, path);
}
