/** A file that a text names, and where in it. */
export interface IPath {
  readonly path: string;

  /** As in RFC 5147; nothing if the text does not say. */
  readonly locator: string;
}

/** What names a file. */
export interface IPathRules {
  readonly kind: 'posix' | 'windows';

  /** Whether there can be a file of this name. */
  isFile(path: string): boolean;
}

/** Where in a text an address, or a file, is. */
export interface ILink {
  readonly start: number;
  readonly end: number;

  /** The address; nothing for a file; null for what is none, but is apart all the same. */
  readonly href: string | null;
  readonly path?: IPath;
}

// Addresses end at blanks, control characters and double quotes, and not with
// punctuation. Schemes are of 3 to 41 characters: without a bound each letter of a long
// word would be tried as the first of one.
const STOP = '\\s\\u0000-\\u0020\\u007f-\\u009f"';
const BEGIN = '(?:[a-zA-Z][a-zA-Z0-9+.-]{2,40}://|data:|www\\.)';
const LINK = new RegExp(
  `${BEGIN}[^${STOP}]{2,}[^${STOP}'(){}\\[\\],:;.!?]`,
  'gu'
);
const POSIX = '[~.]?(?:/[\\w.-]*)+';
const WINDOWS = '[a-zA-Z]:(?:[\\\\/][\\w.-]*)+|[~.](?:[\\\\/][\\w.-]*)+';
const PLACE = '(?:(?::|", line )(?<line>\\d+))?(?::\\d+)?';
const PATHS = {
  posix: new RegExp(`(?<path>${POSIX})${PLACE}`, 'g'),
  windows: new RegExp(`(?<path>${WINDOWS})${PLACE}`, 'g')
};
const SCRIPT = /^(?:java|vb)script:/i;

/**
 * Return the addresses in *text*, and the files between them, as JupyterLab finds them.
 *
 * An address that would run a script is no link.
 *
 * @param paths - What names a file; none are looked for if null.
 */
export function findLinks(
  text: string,
  paths: IPathRules | null = null
): ILink[] {
  const addresses = findAddresses(text);
  if (paths === null) {
    return addresses.filter(isHarmless);
  }
  const links: ILink[] = [];
  let at = 0;
  for (const address of addresses) {
    links.push(...findPaths(text, at, address.start, paths), address);
    at = address.end;
  }
  links.push(...findPaths(text, at, text.length, paths));
  return links.filter(isHarmless);
}

function findPaths(
  text: string,
  start: number,
  end: number,
  paths: IPathRules
): ILink[] {
  const found = text.slice(start, end).matchAll(PATHS[paths.kind]);
  return Array.from(found, match =>
    pathLink(match, start + match.index, paths)
  );
}

function pathLink(
  { 0: whole, groups }: RegExpMatchArray,
  start: number,
  paths: IPathRules
): ILink {
  const { path = '', line } = groups ?? {};
  const locator =
    line === undefined ? '' : `line=${(parseInt(line, 10) - 1).toString()}`;
  const end = start + whole.length;
  return paths.isFile(path)
    ? { start, end, href: '', path: { path, locator } }
    : { start, end, href: null };
}

function findAddresses(text: string): ILink[] {
  if (!hasBegin(text)) {
    return [];
  }
  return Array.from(text.matchAll(LINK), ({ 0: whole, index }) => {
    const address = /[<>]$/.test(whole) ? whole.slice(0, -1) : whole;
    const href = address.startsWith('www.') ? `https://${address}` : address;
    return { start: index, end: index + address.length, href };
  });
}

function isHarmless(link: ILink): boolean {
  return link.href === null || !SCRIPT.test(link.href);
}

/** Whether there can be an address in *text*: quicker than to look for one. */
function hasBegin(text: string): boolean {
  return ['://', 'data:', 'www.'].some(begin => text.includes(begin));
}
