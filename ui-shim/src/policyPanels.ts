import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { TranslationBundle } from '@jupyterlab/translation';

import type { FastpathApi } from './api';
import { followNotebooks } from './notebooks';
import { PolicyCollapse } from './policyCollapse';
import { PolicyMarks } from './policyMarks';
import type { PolicySettings } from './policySettings';
import { PolicyTeller } from './policyTeller';
import type { ServerRules } from './serverRules';

/** What it takes to follow what notebooks say of their outputs. */
export interface IPolicyPanelOptions {
  /** Whom to tell. */
  readonly api: FastpathApi;

  /** What the administrator has set. */
  readonly rules: ServerRules;

  /** What the user wants. */
  readonly settings: PolicySettings;

  /** The words. */
  readonly trans: TranslationBundle;
}

/**
 * Do in all notebooks of a page what follows from what they say of their outputs.
 */
export function followPolicies(
  tracker: INotebookTracker,
  { api, rules, settings, trans }: IPolicyPanelOptions
): void {
  followNotebooks(tracker, panel => new PolicyTeller(panel, api));

  function add(panel: NotebookPanel): void {
    const marks = new PolicyMarks(panel, settings, trans);
    const collapse = new PolicyCollapse({ panel, rules, settings });
    panel.disposed.connect(() => {
      marks.dispose();
      collapse.dispose();
    });
  }

  tracker.forEach(add);
  tracker.widgetAdded.connect((_, panel) => {
    add(panel);
  });
}
