import { DOMUtils } from '@jupyterlab/apputils';
import type { Message } from '@lumino/messaging';
import { Widget } from '@lumino/widgets';

import { resolve, type IPlace, type IPolicyRules } from './core/policy';
import { changed, type PolicyChanges } from './core/policyChanges';
import { FIELDS, type IField } from './core/policyFields';
import { PolicyField } from './policyField';
import type { PolicyWords } from './policyWords';

const CLASS = 'jp-fastpath-PolicyForm';

/** Who can be asked for something. */
type Scope = 'cell' | 'notebook';

/** What people want changed. */
export interface IPolicyWishes {
  /** In the cell. */
  readonly cell: PolicyChanges;

  /** In the notebook. */
  readonly notebook: PolicyChanges;

  /** Whether what cannot be is taken out of both. */
  readonly isRepair: boolean;
}

/** One key: where it is set, and where it is told what holds. */
interface IRow {
  readonly field: IField;
  readonly fields: ReadonlyMap<Scope, PolicyField>;
  readonly inEffect: HTMLTableCellElement;
}

/**
 * The body of a dialog: what holds for a cell, who has said so, and what the cell and
 * its notebook say themselves, to be changed.
 */
export class PolicyForm extends Widget {
  /**
   * Show what holds.
   */
  constructor(private readonly _options: PolicyForm.IOptions) {
    super();
    this.addClass(CLASS);
    this._scopes = _options.hasCell ? ['cell', 'notebook'] : ['notebook'];
    this._rows = FIELDS.map(field => this._newRow(field));
    this.node.append(...this._newProblems(), this._newHint(), this._newTable());
    this._show();
  }

  /**
   * Return what people want changed.
   */
  getValue(): IPolicyWishes {
    return {
      cell: this._changes('cell'),
      notebook: this._changes('notebook'),
      isRepair: this._repair.checked
    };
  }

  /**
   * Take in what is written.
   */
  handleEvent(): void {
    for (const { fields } of this._rows) {
      fields.forEach(field => {
        field.check();
      });
    }
    this._show();
  }

  protected override onAfterAttach(msg: Message): void {
    super.onAfterAttach(msg);
    // The dialog listens at the document for what is invalid: this has to know before.
    window.addEventListener('input', this, true);
  }

  protected override onBeforeDetach(msg: Message): void {
    window.removeEventListener('input', this, true);
    super.onBeforeDetach(msg);
  }

  /** Show what holds with what is written. */
  private _show(): void {
    const { rules, place, words } = this._options;
    const notebook = changed(place.notebook, this._changes('notebook'));
    const cell = changed(place.cell, this._changes('cell'));
    const { path } = place;
    const withoutBoth = resolve(rules, { path }).policy;
    const withoutCell = resolve(rules, { path, notebook }).policy;
    const resolution = resolve(rules, { path, notebook, cell });
    for (const { field, fields, inEffect } of this._rows) {
      fields.get('notebook')?.setPlaceholder(withoutBoth[field.key]);
      fields.get('cell')?.setPlaceholder(withoutCell[field.key]);
      const [value, source] = words.inEffect(field, resolution);
      inEffect.replaceChildren(value, ' ', element('small', source));
    }
  }

  private _changes(scope: Scope): PolicyChanges {
    const fields = this._rows.flatMap(row => row.fields.get(scope) ?? []);
    const wanted = fields.filter(field => field.isChanged);
    return new Map(wanted.map(field => [field.key, field.value]));
  }

  private _newRow(field: IField): IRow {
    const fields = this._scopes.map(
      scope => [scope, this._newField(field, scope)] as const
    );
    const inEffect = document.createElement('td');
    return { field, fields: new Map(fields), inEffect };
  }

  private _newField(field: IField, scope: Scope): PolicyField {
    const { place, words } = this._options;
    return new PolicyField({
      field,
      words,
      asked: place[scope],
      id: this._idOf(field.key, scope),
      labelledBy: `${this._idOf(field.key)} ${this._idOf(scope)}`
    });
  }

  private _newTable(): HTMLTableElement {
    const { trans } = this._options.words;
    const titles = {
      cell: trans.__('This cell'),
      notebook: trans.__('This notebook')
    };
    const heads = this._scopes.map(scope => {
      const head = element('th', titles[scope]);
      head.id = this._idOf(scope);
      return head;
    });
    const table = document.createElement('table');
    table
      .createTHead()
      .insertRow()
      .append(
        document.createElement('td'),
        ...heads,
        element('th', trans.__('In force'))
      );
    const body = table.createTBody();
    for (const row of this._rows) {
      body
        .insertRow()
        .append(
          this._newLabel(row.field),
          ...[...row.fields.values()].map(({ node }) => node),
          row.inEffect
        );
    }
    return table;
  }

  private _newLabel(field: IField): HTMLElement {
    const label = document.createElement('label');
    label.id = this._idOf(field.key);
    label.htmlFor = this._idOf(field.key, this._scopes[0] ?? '');
    label.textContent = this._options.words.label(field);
    const head = document.createElement('th');
    head.scope = 'row';
    head.append(label);
    return head;
  }

  private _newHint(): HTMLElement {
    const { trans, none } = this._options.words;
    return element(
      'p',
      trans.__(
        'What is empty is not set there; “%1” is no limit. All of it counts from the next run on.',
        none
      )
    );
  }

  private _newProblems(): HTMLElement[] {
    const { rules, place, words } = this._options;
    const { problems } = resolve(rules, place);
    if (problems.length === 0) {
      return [];
    }
    const list = document.createElement('ul');
    list.append(...problems.map(one => element('li', words.problem(one))));
    const title = words.trans.__('This cannot be, and does not count:');
    const section = document.createElement('section');
    section.className = `${CLASS}-problems`;
    section.append(element('p', title), list);
    if (
      problems.some(({ layer }) => layer === 'cell' || layer === 'notebook')
    ) {
      section.append(this._newRepair());
    }
    return [section];
  }

  private _newRepair(): HTMLElement {
    const { trans } = this._options.words;
    const label = document.createElement('label');
    this._repair.type = 'checkbox';
    label.append(
      this._repair,
      trans.__('Take it out of the cell and of the notebook')
    );
    return label;
  }

  private _idOf(...parts: string[]): string {
    return [this._id, ...parts].join('-');
  }

  private readonly _id = DOMUtils.createDomID();
  private readonly _repair = document.createElement('input');
  private readonly _scopes: readonly Scope[];
  private readonly _rows: readonly IRow[];
}

/** What belongs to {@link PolicyForm}. */
export namespace PolicyForm {
  /** What is shown, and how that is said. */
  export interface IOptions {
    /** What the administrator has set. */
    readonly rules: IPolicyRules;

    /** What the notebook and the cell say so far. */
    readonly place: IPlace;

    /** Whether it is for a cell, and not for the notebook only. */
    readonly hasCell: boolean;

    /** The words. */
    readonly words: PolicyWords;
  }
}

function element(name: string, text: string): HTMLElement {
  const node = document.createElement(name);
  node.textContent = text;
  return node;
}
