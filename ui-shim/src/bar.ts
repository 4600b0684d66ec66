const CLASS = 'jp-fastpath-Bar';

/**
 * A line beside an output that is not in the page as a whole: how much there is, and how
 * to have it.
 */
export class Bar {
  /**
   * Have nothing on it, so far.
   *
   * @param name - What people who do not see it hear it is.
   * @param kind - A class of the element, besides that of all.
   */
  constructor(name: string, kind: string) {
    this.node.classList.add(CLASS, kind);
    this.node.setAttribute('role', 'group');
    this.node.setAttribute('aria-label', name);
    this.node.append(this.label);
  }

  /** The element. */
  readonly node = document.createElement('div');

  /** What tells how much there is. */
  readonly label = document.createElement('span');

  /**
   * Add what does something, and return it.
   *
   * What has `aria-disabled` keeps the focus, and does nothing.
   */
  addButton(label: string, click: () => void): HTMLButtonElement {
    const node = document.createElement('button');
    node.type = 'button';
    node.textContent = label;
    node.addEventListener('click', () => {
      if (node.getAttribute('aria-disabled') !== 'true') {
        click();
      }
    });
    this.node.append(node);
    return node;
  }

  /**
   * Add what leads to *href*, and return it.
   */
  addLink(label: string, href: string): HTMLAnchorElement {
    const node = document.createElement('a');
    node.textContent = label;
    node.href = href;
    this.node.append(node);
    return node;
  }

  /**
   * Let the first thing that can be done have the focus.
   */
  focus(): void {
    this.node
      .querySelector<HTMLElement>(':is(a[href], button):not([hidden])')
      ?.focus();
  }
}

/**
 * Set the text of *node*, unless it has it: what is selected there stays.
 */
export function setText(node: HTMLElement, text: string): void {
  if (node.textContent !== text) {
    node.textContent = text;
  }
}
