import { parseAnsi, type IAnsiState, type IStyledText } from './ansi';
import { findLinks, type ILink, type IPath, type IPathRules } from './links';

/**
 * What is one element or one text of the page: text of one style, or a link with all
 * styles of its text.
 */
export interface IPiece {
  /** The address of a link; nothing for that of a file; null if it is none. */
  readonly href: string | null;
  readonly path?: IPath;

  readonly parts: readonly IStyledText[];

  /** Which pieces look the same but for their texts. */
  readonly key: string;
}

/** Text as pieces, and what applies to what follows. */
export interface IPieces {
  readonly pieces: readonly IPiece[];
  readonly state: IAnsiState;

  /** Whether the first piece goes on where the text before ended, with no code between. */
  readonly continues: boolean;
}

/** The key of plain text. */
export const PLAIN_KEY = '';

/**
 * Return what the page shows for *text*, whose codes begin with *state*.
 *
 * @param hasLinks - Whether addresses become links.
 * @param paths - What names a file that becomes a link; none do if null.
 */
export function piecesOf(
  text: string,
  state: IAnsiState,
  hasLinks: boolean,
  paths: IPathRules | null = null
): IPieces {
  const parsed = parseAnsi(text, state);
  const parts = text.includes('\0')
    ? parsed.parts.flatMap(withoutNull)
    : parsed.parts;
  const shown = parts.map(part => part.text).join('');
  const links = hasLinks ? findLinks(shown, paths) : [];
  return {
    pieces: joined(cut(parts, links)),
    state: parsed.state,
    continues: parsed.continues
  };
}

/**
 * Return two texts of which one follows the other as one.
 */
export function concat(one: IPieces, other: IPieces): IPieces {
  const [first, ...rest] = other.pieces;
  const last = one.pieces.at(-1);
  const pieces =
    first !== undefined &&
    last !== undefined &&
    goesOn(last, first, other.continues)
      ? [...one.pieces.slice(0, -1), merged(last, first), ...rest]
      : [...one.pieces, ...other.pieces];
  const continues = one.continues && (one.pieces.length > 0 || other.continues);
  return { pieces, state: other.state, continues };
}

/** Whether *next* is in the same element as *last*. */
export function goesOn(
  last: Pick<IPiece, 'key' | 'href'>,
  next: IPiece,
  continues: boolean
): boolean {
  return (
    last.href === null &&
    next.href === null &&
    last.key === next.key &&
    (continues || next.key === PLAIN_KEY)
  );
}

/** Return the text of a piece. */
export function textOf(piece: IPiece): string {
  return piece.parts.map(part => part.text).join('');
}

/** Return text as a page that reads HTML has it: nothing if that is nothing. */
function withoutNull({ text, style }: IStyledText): IStyledText[] {
  const shown = text.replaceAll('\0', '');
  return shown === '' ? [] : [{ text: shown, style }];
}

function merged(one: IPiece, other: IPiece): IPiece {
  return piece(null, [
    {
      text: textOf(one) + textOf(other),
      style: one.parts[0]?.style ?? null
    }
  ]);
}

/** Make one of plain pieces that follow each other. */
function joined(pieces: readonly IPiece[]): IPiece[] {
  const all: IPiece[] = [];
  for (const next of pieces) {
    const last = all.at(-1);
    if (last !== undefined && goesOn(last, next, false)) {
      all[all.length - 1] = merged(last, next);
    } else {
      all.push(next);
    }
  }
  return all;
}

/** Cut styled text where links begin and end. */
function cut(parts: readonly IStyledText[], links: readonly ILink[]): IPiece[] {
  const pieces: IPiece[] = [];
  let at = 0;
  let rest: readonly IStyledText[] = parts;
  let last: ILink | null = null;
  for (const link of links) {
    const [before, behind] = split(rest, link.start - at);
    const [inside, left] = split(behind, link.end - link.start);
    pieces.push(...apart(before));
    const isMore =
      before.length === 0 && last !== null && goesInto(last, inside);
    const whole: ILink = isMore && last !== null ? last : link;
    const begun = isMore && whole.href !== null ? pieces.pop() : undefined;
    pieces.push(
      ...(whole.href === null
        ? apart(inside)
        : [piece(whole.href, [...(begun?.parts ?? []), ...inside], whole.path)])
    );
    rest = left;
    at = link.end;
    last = whole;
  }
  return [...pieces, ...apart(rest)];
}

/** Whether what names a file is part of the link to one before it, as in JupyterLab. */
function goesInto(before: ILink, inside: readonly IStyledText[]): boolean {
  return !before.href && inside[0]?.style !== null;
}

/** Return pieces that are no links. */
function apart(parts: readonly IStyledText[]): IPiece[] {
  return parts.map(part => piece(null, [part]));
}

/** Cut styled text behind so many characters. */
function split(
  parts: readonly IStyledText[],
  length: number
): [IStyledText[], IStyledText[]] {
  const before: IStyledText[] = [];
  const behind: IStyledText[] = [];
  let left = length;
  for (const { text, style } of parts) {
    if (left > 0) {
      before.push({ text: text.slice(0, left), style });
    }
    if (text.length > left) {
      behind.push({ text: text.slice(Math.max(left, 0)), style });
    }
    left -= text.length;
  }
  return [before, behind];
}

function piece(
  href: string | null,
  parts: readonly IStyledText[],
  path?: IPath
): IPiece {
  const styles = parts.map(({ style }) =>
    style === null ? '' : `${style.className}/${style.css}`
  );
  const target = path === undefined ? href : `${path.path}#${path.locator}`;
  const key = [...(target === null ? [] : [target, '']), ...styles].join('|');
  return { href, path, parts, key };
}
