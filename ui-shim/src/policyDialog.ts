import { Dialog } from '@jupyterlab/apputils';
import type { CodeCell } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';

import type { IPolicyRules } from './core/policy';
import { changed, repaired, type PolicyChanges } from './core/policyChanges';
import { PolicyForm, type IPolicyWishes } from './policyForm';
import { policyIn, setPolicy, type Owner } from './policyMetadata';
import { placeOf } from './policyPlace';
import type { PolicyWords } from './policyWords';

/**
 * Show what holds for the outputs of *cell*, or of a notebook if it is null, and change
 * what people want changed.
 */
export async function openPolicy(
  panel: NotebookPanel,
  cell: CodeCell | null,
  rules: IPolicyRules,
  words: PolicyWords
): Promise<void> {
  const { trans } = words;
  const place = placeOf(panel, cell);
  const hasCell = cell !== null;
  const dialog = new Dialog<IPolicyWishes>({
    title: trans.__('Output policy'),
    body: new PolicyForm({ rules, place, hasCell, words }),
    focusNodeSelector: 'table select',
    buttons: [
      Dialog.cancelButton({ label: trans.__('Cancel') }),
      Dialog.okButton({ label: trans.__('Set') })
    ]
  });
  dialog.addClass('jp-fastpath-PolicyDialog');
  const { value } = await dialog.launch();
  if (value === null) {
    return;
  }
  if (cell !== null && !cell.isDisposed) {
    fulfil(cell.model, value.cell, value.isRepair);
  }
  if (panel.model !== null && !panel.isDisposed) {
    fulfil(panel.model, value.notebook, value.isRepair);
  }
}

/** Change what an owner says now, which may be more than it said before. */
function fulfil(owner: Owner, changes: PolicyChanges, isRepair: boolean): void {
  const asked = policyIn(owner);
  const wanted = changed(isRepair ? repaired(asked) : asked, changes);
  if (changes.size > 0 || isRepair) {
    setPolicy(owner, wanted);
  }
}
