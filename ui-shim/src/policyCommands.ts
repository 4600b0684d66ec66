import type { JupyterFrontEnd } from '@jupyterlab/application';
import { Notification, type ICommandPalette } from '@jupyterlab/apputils';
import type { TranslationBundle } from '@jupyterlab/translation';
import type { ReadonlyPartialJSONObject } from '@lumino/coreutils';

import { resolve } from './core/policy';
import { changed } from './core/policyChanges';
import { LIMITS } from './core/policyChecks';
import { openPolicy } from './policyDialog';
import { policyIcon } from './policyIcon';
import { policyIn, setPolicy, type Owner } from './policyMetadata';
import { placeOf } from './policyPlace';
import type { ITarget, PolicyTargets } from './policyTargets';
import type { PolicyWords } from './policyWords';
import type { ServerRules } from './serverRules';

/** The commands that are about what holds for outputs. */
export const POLICY_COMMANDS = {
  open: 'jupyter-fastpath:output-policy',
  keepAll: 'jupyter-fastpath:keep-all',
  forget: 'jupyter-fastpath:forget-policy'
} as const;

/** What the commands work with. */
export interface IPolicyCommandOptions {
  /** Where they are added. */
  readonly commands: JupyterFrontEnd['commands'];

  /** What they are about. */
  readonly targets: PolicyTargets;

  /** What the administrator has set. */
  readonly rules: ServerRules;

  /** The words. */
  readonly words: PolicyWords;
}

/** How long it is told what was done. */
const SHOWN = { autoClose: 5000 };

type Arguments = ReadonlyPartialJSONObject;

/**
 * Add the commands that are about what holds for outputs.
 */
export function addPolicyCommands(options: IPolicyCommandOptions): void {
  addOpen(options);
  addKeepAll(options);
  addForget(options);
}

function addOpen(options: IPolicyCommandOptions): void {
  const { commands, targets, rules, words } = options;
  const { trans } = words;
  commands.addCommand(POLICY_COMMANDS.open, {
    label: trans.__('Output Policy…'),
    caption: trans.__('Set how much of the outputs is shown, saved and kept'),
    icon: policyIcon,
    isEnabled: args => targets.find(args) !== null,
    isVisible: args =>
      args.isToolbar !== true || (targets.find(args)?.cell ?? null) !== null,
    execute: async args => {
      const target = targets.find(args);
      if (target !== null) {
        const known = await rules.refresh();
        await openPolicy(target.panel, target.cell, known, words);
      }
    },
    describedBy: { args: SCHEMA }
  });
}

function addKeepAll(options: IPolicyCommandOptions): void {
  const { commands, targets, rules, words } = options;
  const { trans } = words;
  commands.addCommand(POLICY_COMMANDS.keepAll, {
    label: args =>
      isOfNotebook(args)
        ? trans.__('Keep All Output of This Notebook')
        : trans.__('Keep All Output of This Cell'),
    isEnabled: args => ownerIn(targets.find(args), args) !== null,
    execute: async args => {
      const target = targets.find(args);
      const owner = ownerIn(target, args);
      if (target === null || owner === null) {
        return;
      }
      setPolicy(owner, changed(policyIn(owner), new Map([['above', 'keep']])));
      const { cuts } = resolve(
        await rules.refresh(),
        placeOf(target.panel, isOfNotebook(args) ? null : target.cell)
      );
      const isAll = LIMITS.every(key => cuts[key] === null);
      Notification.info(keptWords(words, isOfNotebook(args), isAll), SHOWN);
    },
    describedBy: { args: SCHEMA }
  });
}

function addForget({ commands, targets, words }: IPolicyCommandOptions): void {
  const { trans } = words;
  commands.addCommand(POLICY_COMMANDS.forget, {
    label: args =>
      isOfNotebook(args)
        ? trans.__('Forget Output Policy of This Notebook')
        : trans.__('Forget Output Policy of This Cell'),
    isEnabled: args => {
      const owner = ownerIn(targets.find(args), args);
      return owner !== null && policyIn(owner) !== undefined;
    },
    execute: args => {
      const owner = ownerIn(targets.find(args), args);
      if (owner !== null) {
        setPolicy(owner, undefined);
        Notification.info(forgottenWords(words, isOfNotebook(args)), SHOWN);
      }
    },
    describedBy: { args: SCHEMA }
  });
}

function isOfNotebook({ scope }: Arguments): boolean {
  return scope === 'notebook';
}

function ownerIn(target: ITarget | null, args: Arguments): Owner | null {
  const owner = isOfNotebook(args) ? target?.panel.model : target?.cell?.model;
  return owner ?? null;
}

function keptWords(
  { trans }: PolicyWords,
  isNotebook: boolean,
  isAll: boolean
): string {
  if (isNotebook) {
    return isAll
      ? trans.__('From its next run on, each cell shows all of its output.')
      : trans.__(
          'From its next run on, each cell shows as much as the administrator allows.'
        );
  }
  return isAll
    ? trans.__('From its next run on, this cell shows all of its output.')
    : trans.__(
        'From its next run on, this cell shows as much as the administrator allows.'
      );
}

function forgottenWords({ trans }: PolicyWords, isNotebook: boolean): string {
  return isNotebook
    ? trans.__(
        'This notebook has no output policy of its own, from the next run on.'
      )
    : trans.__(
        'This cell has no output policy of its own, from its next run on.'
      );
}

const SCHEMA = {
  type: 'object',
  properties: {
    scope: { type: 'string', enum: ['cell', 'notebook'] },
    cellId: { type: 'string' },
    isContextMenu: { type: 'boolean' },
    isToolbar: { type: 'boolean' }
  }
};

/**
 * Offer the commands in the palette, if there is one.
 */
export function offerPolicyCommands(
  palette: ICommandPalette | null,
  trans: TranslationBundle
): void {
  const { open, keepAll, forget } = POLICY_COMMANDS;
  const category = trans.__('Notebook Output');
  const scopes = [{ scope: 'cell' }, { scope: 'notebook' }];
  palette?.addItem({ command: open, category });
  for (const command of [keepAll, forget]) {
    for (const args of scopes) {
      palette?.addItem({ command, category, args });
    }
  }
}
