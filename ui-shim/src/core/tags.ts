/** A tag of HTML or XML. */
export interface ITag {
  /** In small letters. */
  readonly name: string;

  /** Whether it ends an element. */
  readonly isEnd: boolean;

  /** Names in small letters, and values as they are written; nothing where there is none. */
  readonly attributes: readonly (readonly [string, string])[];

  /** Where the text behind it begins. */
  readonly end: number;
}

// Blanks are those of HTML: what else is blank in a regular expression is part of a name.
const NAME = /<(\/?)([a-z][^\t\n\f\r />]*)/iy;
const ATTRIBUTE =
  /[\t\n\f\r /]*([^\t\n\f\r />=<]+)(?:[\t\n\f\r ]*=[\t\n\f\r ]*(?:"([^"<]*)"|'([^'<]*)'|([^"'\t\n\f\r ><][^\t\n\f\r ><]*)))?/y;
const END = /[\t\n\f\r /]*>/y;

/**
 * Whether each tag that a browser may find in *markup* is fine.
 *
 * Where a tag is in a comment, a script or another tag it counts, and one that a browser
 * would have to guess at is not fine: what is read here is never less than what a browser
 * reads. It takes time in proportion to the markup.
 */
export function everyTag(
  markup: string,
  isFine: (tag: ITag) => boolean
): boolean {
  let at = markup.indexOf('<');
  while (at >= 0) {
    let end = at + 1;
    const found = matchAt(NAME, markup, at);
    if (found !== null) {
      const tag = readTag(markup, found);
      if (tag === null || !isFine(tag)) {
        return false;
      }
      end = tag.end;
    }
    at = markup.indexOf('<', end);
  }
  return true;
}

/** Return the tag whose name was found; null if it has another in it, or no end. */
function readTag(markup: string, found: RegExpExecArray): ITag | null {
  const [whole, slash, name = ''] = found;
  const attributes: [string, string][] = [];
  let at = found.index + whole.length;
  while (matchAt(END, markup, at) === null) {
    const attribute = matchAt(ATTRIBUTE, markup, at);
    if (attribute === null) {
      return null;
    }
    const [, key = '', double, single, bare] = attribute;
    attributes.push([key.toLowerCase(), double ?? single ?? bare ?? '']);
    at = ATTRIBUTE.lastIndex;
  }
  const end = END.lastIndex;
  return { name: name.toLowerCase(), isEnd: slash === '/', attributes, end };
}

function matchAt(
  pattern: RegExp,
  text: string,
  at: number
): RegExpExecArray | null {
  pattern.lastIndex = at;
  return pattern.exec(text);
}
