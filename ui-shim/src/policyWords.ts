import type { TranslationBundle } from '@jupyterlab/translation';

import type { IProblem, IResolution, PolicyKey } from './core/policy';
import {
  canBeNone,
  write,
  type IField,
  type Refusal
} from './core/policyFields';

/** Who has said what holds. */
type Source = IProblem['layer'] | undefined;

/** How much of a value that cannot be is told again. */
const MOST_TOLD = 60;

/**
 * Says in words for people what a policy has.
 */
export class PolicyWords {
  /**
   * Speak the language of this translation.
   */
  constructor(readonly trans: TranslationBundle) {}

  /** What is written where there is no limit. */
  get none(): string {
    return this.trans.__('none');
  }

  /** Return what a field is for. */
  label({ key }: IField): string {
    return this._labels[key] ?? key;
  }

  /** Return a value of a field. */
  value(field: IField, value: unknown): string {
    if (field.kind === 'choice') {
      return this._choices[String(value)] ?? String(value);
    }
    if (value === null) {
      return this.none;
    }
    const text = write(field, value);
    return field.kind === 'megabytes'
      ? this.trans.__('%1 MB', text)
      : Number(text).toLocaleString();
  }

  /** Return who has said what holds. */
  source(source: Source): string {
    switch (source) {
      case undefined:
        return this.trans.__('built in');
      case 'defaults':
        return this.trans.__('server');
      case 'pattern':
        return this.trans.__('server, for this path');
      case 'notebook':
        return this.trans.__('this notebook');
      case 'cell':
        return this.trans.__('this cell');
      case 'ceilings':
        return this.trans.__('the most that the administrator allows');
    }
  }

  /** Return why a field cannot have what is written there. */
  refusal(field: IField, refusal: Refusal): string {
    switch (refusal) {
      case 'no number':
        return canBeNone(field)
          ? this.trans.__('This is neither a number from 0 on nor “none”.')
          : this.trans.__('This is no number from 0 on.');
      case 'no whole number':
        return field.kind === 'megabytes'
          ? this.trans.__('This has more than 6 digits behind the point.')
          : this.trans.__('This is no whole number.');
      case 'too large':
        return this.trans.__('This is too large to be counted.');
    }
  }

  /** Return what somebody has asked for that cannot be, and why. */
  problem({ layer, key, value, reason }: IProblem): string {
    const told = JSON.stringify(value).slice(0, MOST_TOLD);
    const what = key === '' ? told : `${key} = ${told}`;
    return `${this.source(layer)}: ${what} ${reason}`;
  }

  /** Return what is in force for a field, and who has said so. */
  inEffect(field: IField, resolution: IResolution): [string, string] {
    const { policy, cuts, sources } = resolution;
    const { key } = field;
    if (policy.above === 'keep' && cuts[key] !== policy[key]) {
      return [this.value(field, cuts[key]), this.source(sources.above)];
    }
    return [this.value(field, policy[key]), this.source(sources[key])];
  }

  private get _labels(): Partial<Record<PolicyKey, string>> {
    return {
      above: this.trans.__('Above a limit'),
      live_bytes: this.trans.__('Text shown of a run, in MB'),
      live_lines: this.trans.__('Lines shown of a run'),
      saved_bytes: this.trans.__('Text saved of a cell, in MB'),
      tail_bytes: this.trans.__('Its end, after what was cut, in MB'),
      outputs: this.trans.__('Outputs of a run'),
      rich_bytes: this.trans.__('One image or other output, in MB'),
      ephemeral: this.trans.__('Saving'),
      plane: this.trans.__('Keep as they are when their cell moves')
    };
  }

  private get _choices(): Readonly<Record<string, string>> {
    return {
      spill: this.trans.__('Keep the rest on disk'),
      cut: this.trans.__('Drop the rest'),
      collapse: this.trans.__('Show all, collapsed'),
      keep: this.trans.__('Show all'),
      true: this.trans.__('Never save outputs'),
      false: this.trans.__('Save outputs'),
      auto: this.trans.__('Automatic'),
      ephemeral: this.trans.__('No'),
      persistent: this.trans.__('Yes')
    };
  }
}
