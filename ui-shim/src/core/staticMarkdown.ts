import { isStaticElement } from './staticHtml';
import { hasStaticTex } from './staticTex';
import { everyTag } from './tags';

// What JupyterLab makes of Markdown can have attributes that nobody has written as such:
// it does not escape the language of a block of code, and puts formulas in when all the
// rest is HTML, with their quotation marks, also into the address of a link. And what is
// between the quotation marks of a tag is not where blank lines or quotes end it. So
// there are no attributes but addresses of which all is known.

const TAG = /<(?=[a-z/!?])(?!\/?[a-z][a-z0-9]* ?\/?>)/i;

const ADDRESS =
  '(?:https?://[^\\s"\'<>$\\\\@()\\]]*|[#\\w./-][^\\s"\'<>$\\\\@()\\]&:]*)';
const LINK = new RegExp(
  `\\]\\((?!${ADDRESS}\\))|\\]:(?![ \\t]*${ADDRESS}[ \\t]*(?:[\\r\\n]|$))`,
  'i'
);

// What becomes a link as it is.
const BARE_LINK = /(?:https?:\/\/|ftp:\/\/|www\.)[^\s<]*/gi;
const FORMULA = /[$\\]|@@/;

const FENCE = /^[^`~]*(?:`{3,}|~{3,})(?:[ \t]*[\w+#.-]+)?$/;

// Images are asked for again, and diagrams drawn again.
const DRAWN = /!\[|mermaid/i;

/**
 * Whether nothing in *markdown* acts, has state, or concerns what is outside of it: then
 * it can be taken out of the page, and rendered again.
 */
export function isStaticMarkdown(markdown: string): boolean {
  return (
    !TAG.test(markdown) &&
    everyTag(markdown, ({ name }) => isStaticElement(name)) &&
    hasStaticTex(markdown) &&
    !DRAWN.test(markdown) &&
    hasStaticLinks(markdown) &&
    markdown.split('\n').every(isStaticLine)
  );
}

function hasStaticLinks(markdown: string): boolean {
  if (LINK.test(markdown)) {
    return false;
  }
  const links = markdown.match(BARE_LINK) ?? [];
  return !links.some(link => FORMULA.test(link));
}

function isStaticLine(line: string): boolean {
  const isFence = line.includes('```') || line.includes('~~~');
  return !isFence || FENCE.test(line.trim());
}
