// CodeMirror begins the names of its classes with this.
const OF_EDITORS = '.\u037c';

/**
 * Let the browser read the style of all editors only when that changes.
 *
 * CodeMirror writes it once more for each editor that it makes, and whatever is in the page
 * is styled anew: with a thousand cells that takes longer than the editors themselves.
 */
export function settleEditorStyle(): void {
  const { head } = document;
  const settle = () => {
    head.querySelectorAll('style').forEach(style => {
      if (textOf(style).includes(OF_EDITORS)) {
        writeChangesOnly(style);
      }
    });
  };
  new MutationObserver(settle).observe(head, { childList: true });
  settle();
}

function writeChangesOnly(style: HTMLStyleElement): void {
  Object.defineProperty(style, 'textContent', {
    configurable: true,
    get: () => textOf(style),
    set: (text: string) => {
      if (text !== textOf(style)) {
        style.replaceChildren(text);
      }
    }
  });
}

function textOf(style: HTMLStyleElement): string {
  return Array.from(style.childNodes, ({ nodeValue }) => nodeValue).join('');
}
