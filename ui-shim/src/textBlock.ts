import { type IAnsiState, type IStyledText } from './core/ansi';
import type { IPath, IPathRules } from './core/links';
import {
  concat,
  goesOn,
  piecesOf,
  textOf,
  type IPiece,
  type IPieces
} from './core/pieces';
import { commonLength } from './core/terminalLine';

/** What becomes a link in a text besides addresses. */
export interface ILinks {
  /** What names a file that does; none do if null. */
  readonly paths: IPathRules | null;

  /** Have a link lead to a file. */
  toFile(link: HTMLAnchorElement, path: IPath): void;
}

/**
 * Text in the page: what is added is appended, and only in the last line, which can still
 * change, something is replaced, in place.
 */
export class TextBlock {
  /**
   * Show text in *node*, which is empty.
   *
   * @param node - The element.
   * @param state - What the codes before the text have set.
   * @param links - What becomes a link; nothing if null.
   */
  constructor(
    readonly node: HTMLElement,
    state: IAnsiState,
    private readonly _links: ILinks | null
  ) {
    this._state = state;
  }

  /** Where the last line begins, before which nothing can change any more. */
  get start(): number {
    return this._start;
  }

  /**
   * Show *text*, all but the last line of which is as it was when it was shown before.
   *
   * @returns Whether that could be done: not if somebody else has changed the nodes.
   */
  show(text: string): boolean {
    if (!this._isIntact()) {
      return false;
    }
    const line = text.lastIndexOf('\n') + 1;
    const lines = this._piecesOf(text.slice(this._start, line), this._state);
    const rest = this._piecesOf(text.slice(line), lines.state);
    this._put(concat(lines, rest));
    if (line > this._start) {
      this._start = line;
      this._state = lines.state;
      this._commit(lines, rest);
    }
    this._last = this.node.lastChild;
    return true;
  }

  private _piecesOf(text: string, state: IAnsiState): IPieces {
    return text === ''
      ? { pieces: [], state, continues: true }
      : piecesOf(text, state, this._links !== null, this._links?.paths ?? null);
  }

  private _isIntact(): boolean {
    return (
      this.node.lastChild === this._last &&
      this._shown.every(shown => isIntact(shown, this.node))
    );
  }

  /** Make these pieces what is shown behind what is there for ever. */
  private _put({ pieces, continues }: IPieces): void {
    const [begun] = this._shown;
    const [first] = pieces;
    if (begun === undefined || this._kept === 0) {
      this._replace(pieces);
    } else if (first !== undefined && goesOn(begun, first, continues)) {
      this._replace(pieces);
    } else {
      const nothing = { key: begun.key, href: null, parts: [NOTHING] };
      this._replace([nothing, ...pieces]);
    }
  }

  /** Leave the nodes at both ends that only have another text, and replace the others. */
  private _replace(pieces: readonly IPiece[]): void {
    const shown = this._shown;
    const [before, behind] = commonEnds(shown, pieces);
    const last = shown.length - behind;
    const kept = [...shown.slice(0, before), ...shown.slice(last)];
    const same = [
      ...pieces.slice(0, before),
      ...pieces.slice(pieces.length - behind)
    ];
    kept.forEach((one, at) => {
      setTexts(one, same[at]?.parts ?? [], at === 0 ? this._kept : 0);
    });
    const fresh = pieces
      .slice(before, pieces.length - behind)
      .map(piece => create(piece, this._links));
    const nodes = document.createDocumentFragment();
    nodes.append(...fresh.map(one => one.node));
    this.node.insertBefore(nodes, kept[before]?.node ?? null);
    for (const { node } of shown.slice(before, last)) {
      node.remove();
    }
    this._shown = [...kept.slice(0, before), ...fresh, ...kept.slice(before)];
  }

  /** Leave *lines* as they are for ever, but for the node in which *rest* begins. */
  private _commit(lines: IPieces, rest: IPieces): void {
    const [first] = rest.pieces;
    const end = lines.pieces.at(-1);
    const isOne =
      first !== undefined &&
      end !== undefined &&
      goesOn(end, first, rest.continues);
    const count = rest.pieces.length + (isOne ? 0 : 1);
    const shown = this._shown.slice(-count);
    const length = shown[0]?.texts[0]?.length ?? 0;
    if (end === undefined || end.href === null) {
      this._shown = shown;
      this._kept = isOne ? length - textOf(first).length : length;
    } else {
      this._shown = shown.slice(1);
      this._kept = 0;
    }
  }

  /** Where the last line begins, and what the codes before it have set. */
  private _start = 0;
  private _state: IAnsiState;

  /** What is shown of the last line, and how much of the first of it is before that. */
  private _shown: readonly IShown[] = [];
  private _kept = 0;

  private _last: ChildNode | null = null;
}

/** A piece in the page. */
interface IShown {
  readonly key: string;
  readonly href: string | null;
  readonly node: ChildNode;
  readonly texts: readonly IShownText[];
}

/** A text in the page, and how long it ought to be. */
interface IShownText {
  readonly node: Text;
  length: number;
}

const NOTHING: IStyledText = { text: '', style: null };

/** Return how many at their beginnings, and how many at their ends, look the same. */
function commonEnds(
  shown: readonly IShown[],
  pieces: readonly IPiece[]
): [number, number] {
  const most = Math.min(shown.length, pieces.length);
  let before = 0;
  while (before < most && shown[before]?.key === pieces[before]?.key) {
    before++;
  }
  let behind = 0;
  while (
    behind < most - before &&
    shown[shown.length - 1 - behind]?.key ===
      pieces[pieces.length - 1 - behind]?.key
  ) {
    behind++;
  }
  return [before, behind];
}

/** Whether nobody has touched what is shown. */
function isIntact(shown: IShown, parent: HTMLElement): boolean {
  return (
    shown.node.parentNode === parent &&
    shown.texts.every(
      ({ node, length }) => node.length === length && node.parentNode !== null
    )
  );
}

/** Make the texts of *shown* those of *parts*, the first one behind *kept* characters. */
function setTexts(
  shown: IShown,
  parts: readonly IStyledText[],
  kept: number
): void {
  shown.texts.forEach((text, at) => {
    setText(text, parts[at]?.text ?? '', at === 0 ? kept : 0);
  });
}

/** Make what is behind *kept* characters of a text *next*, and leave what is the same. */
function setText(text: IShownText, next: string, kept: number): void {
  const { node } = text;
  const old = node.substringData(kept, text.length - kept);
  const same = next.startsWith(old) ? old.length : commonLength(old, next);
  if (same < old.length) {
    node.replaceData(kept + same, old.length - same, next.slice(same));
  } else if (same < next.length) {
    node.appendData(next.slice(same));
  }
  text.length = kept + next.length;
}

/** Make the nodes of a piece. */
function create(piece: IPiece, links: ILinks | null): IShown {
  const { key, href, path, parts } = piece;
  const made = parts.map(createPart);
  const texts = made.map(({ text }) => ({ node: text, length: text.length }));
  const nodes = made.map(({ node }) => node);
  const [only] = nodes;
  if (href === null && only !== undefined) {
    return { key, href, node: only, texts };
  }
  const node = document.createElement('a');
  node.append(...nodes);
  if (path === undefined) {
    node.href = href ?? '';
    node.rel = 'noopener';
    node.target = '_blank';
  } else {
    links?.toFile(node, path);
  }
  return { key, href, node, texts };
}

function createPart({ text, style }: IStyledText): {
  node: ChildNode;
  text: Text;
} {
  const made = document.createTextNode(text);
  if (style === null) {
    return { node: made, text: made };
  }
  const node = document.createElement('span');
  if (style.className !== '') {
    node.className = style.className;
  }
  if (style.css !== '') {
    node.setAttribute('style', style.css);
  }
  node.append(made);
  return { node, text: made };
}
