import { hasStaticTex } from './staticTex';
import { everyTag, type ITag } from './tags';

/** What shows its content, and no more. */
const ELEMENTS = new Set(
  (
    'a abbr address article aside b bdi bdo big blockquote body br caption center ' +
    'cite code col colgroup dd del dfn div dl dt em figcaption figure font footer ' +
    'h1 h2 h3 h4 h5 h6 head header hr html i img ins kbd li main mark meter nobr ' +
    'ol p pre progress q rp rt ruby s samp section small span strike strong sub ' +
    'sup table tbody td tfoot th thead time tr tt u ul var wbr ' +
    'svg g path rect circle ellipse line polyline polygon text tspan title desc'
  ).split(' ')
);

/** What can have any value. */
const ATTRIBUTES = new Set(
  (
    'align alt aria-hidden aria-label bgcolor border cellpadding cellspacing class ' +
    'color colspan datetime dir download face halign headers height high lang low max ' +
    'min nowrap optimum rel reversed role rowspan rules scope scoped size span start ' +
    'summary target title type valign value width ' +
    'alignment-baseline cx cy d dominant-baseline dx dy fill fill-opacity fill-rule ' +
    'font-family font-size font-style font-weight opacity points preserveaspectratio ' +
    'r rx ry stroke stroke-dasharray stroke-dashoffset stroke-linecap ' +
    'stroke-linejoin stroke-miterlimit stroke-opacity stroke-width text-anchor ' +
    'transform version viewbox x x1 x2 xmlns y y1 y2'
  ).split(' ')
);

/** What the values of an attribute have to be like. */
const VALUES = new Map([
  ['href', /^[\t\n\f\r ]*(?:https?:|mailto:|[^:&]*$)/i],
  // What is at an address may be something else when it is asked for again.
  ['src', /^data:image\//i],
  ['style', /^(?![^]*(?:url|image|src))[^&\\]*$/i],
  // Scripts of other cells find an element by its id; a Styler of pandas gives all of
  // its table one.
  ['id', /^T_/]
]);

/** What pandas and polars say of the looks of their tables. */
const TABLE = /^[\t\n\f\r ]*(?:#T_|\.dataframe(?![\w-]))/;
const SHEET = /([^<]*)<\/style[\t\n\f\r />]/iy;
const SHEET_ACTS = /[@&\\]|\/\*|url|image|src/i;

/**
 * Whether nothing in *html* acts, has state, or concerns what is outside of it: then it
 * can be taken out of the page, and rendered again.
 */
export function isStaticHtml(html: string): boolean {
  return hasStaticTex(html) && everyTag(html, tag => isStatic(tag, html));
}

/**
 * Whether an element of this name is static, if its attributes are.
 */
export function isStaticElement(name: string): boolean {
  return ELEMENTS.has(name);
}

/**
 * Whether a link to *address* only leads somewhere.
 */
export function isStaticLink(address: string): boolean {
  return hasStaticValue(['href', address]);
}

function isStatic({ name, isEnd, attributes, end }: ITag, html: string) {
  const isKnown =
    name === 'style' ? isEnd || isOfTable(html, end) : ELEMENTS.has(name);
  return isKnown && (isEnd || attributes.every(hasStaticValue));
}

function hasStaticValue([name, value]: readonly [string, string]): boolean {
  return ATTRIBUTES.has(name) || VALUES.get(name)?.test(value) === true;
}

/** Whether the style sheet at *start* is of the tables of its output only. */
function isOfTable(html: string, start: number): boolean {
  SHEET.lastIndex = start;
  const sheet = SHEET.exec(html)?.[1];
  if (sheet === undefined || SHEET_ACTS.test(sheet)) {
    return false;
  }
  const rules = sheet.split('}');
  const last = rules.pop() ?? '';
  return last.trim() === '' && rules.every(isRuleOfTable);
}

function isRuleOfTable(rule: string): boolean {
  const [selectors = '', ...blocks] = rule.split('{');
  return (
    blocks.length === 1 &&
    selectors.split(',').every(selector => TABLE.test(selector))
  );
}
