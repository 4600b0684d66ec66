import { NONE, read, valueIn, write, type IField } from './core/policyFields';
import type { PolicyWords } from './policyWords';

/**
 * Where one key of a policy is set for a cell, or for a notebook.
 */
export class PolicyField {
  /**
   * Show what is asked for so far.
   */
  constructor(private readonly _options: PolicyField.IOptions) {
    const { field, asked, id, labelledBy } = _options;
    this._value = valueIn(asked, field);
    this.control =
      field.kind === 'choice'
        ? this._newSelect()
        : document.createElement('input');
    this.control.id = id;
    this.control.value = this._inWords(write(field, this._value));
    this.control.setAttribute('aria-labelledby', labelledBy);
    this.control.setAttribute('aria-describedby', `${id}-refusal`);
    this._refusal.id = `${id}-refusal`;
    this._refusal.className = 'jp-fastpath-PolicyForm-refusal';
    this._refusal.setAttribute('role', 'alert');
    this.node.append(this.control, this._refusal);
  }

  /** The cell of a table that has it. */
  readonly node = document.createElement('td');

  /** What is typed into, or chosen from. */
  readonly control: HTMLInputElement | HTMLSelectElement;

  /** The key that is set. */
  get key(): string {
    return this._options.field.key;
  }

  /** What is set, undefined for nothing. */
  get value(): unknown {
    return this._value;
  }

  /** Whether something else is set than at first. */
  get isChanged(): boolean {
    const { asked, field } = this._options;
    return this._value !== valueIn(asked, field);
  }

  /**
   * Take what is written, or tell why that cannot be.
   */
  check(): void {
    const { field, words } = this._options;
    const reading = read(field, this._written());
    let told = '';
    if (reading.refusal === null) {
      this._value = reading.value;
    } else {
      told = words.refusal(field, reading.refusal);
    }
    // A dialog is not accepted while something in it is invalid.
    this.control.setCustomValidity(told);
    this.control.setAttribute('aria-invalid', String(told !== ''));
    if (this._refusal.textContent !== told) {
      this._refusal.textContent = told;
    }
  }

  /**
   * Show what holds if nothing is set here.
   */
  setPlaceholder(value: unknown): void {
    const { field, words } = this._options;
    if (this.control instanceof HTMLInputElement) {
      this.control.placeholder = this._inWords(write(field, value));
    } else {
      const told = words.value(field, value);
      this._notSet.textContent = words.trans.__('Not set (%1)', told);
    }
  }

  private _newSelect(): HTMLSelectElement {
    const { field, words } = this._options;
    const select = document.createElement('select');
    select.append(
      this._notSet,
      ...field.choices.map(
        value => new Option(words.value(field, value), String(value))
      )
    );
    return select;
  }

  private _inWords(text: string): string {
    return text === NONE ? this._options.words.none : text;
  }

  private _written(): string {
    const text = this.control.value.trim();
    const { none } = this._options.words;
    return text.toLocaleLowerCase() === none.toLocaleLowerCase() ? NONE : text;
  }

  private readonly _notSet = new Option('', '');
  private readonly _refusal = document.createElement('div');
  private _value: unknown;
}

/** What belongs to {@link PolicyField}. */
export namespace PolicyField {
  /** What is set, and how that is said. */
  export interface IOptions {
    /** What is set. */
    readonly field: IField;

    /** What the cell or notebook says of its outputs so far. */
    readonly asked: unknown;

    /** The words. */
    readonly words: PolicyWords;

    /** The ID that the control gets. */
    readonly id: string;

    /** The IDs of its labels. */
    readonly labelledBy: string;
  }
}
