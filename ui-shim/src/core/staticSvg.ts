import { isStaticLink } from './staticHtml';
import { everyTag, type ITag } from './tags';

const ELEMENTS = new Set(
  (
    'a circle clippath defs desc ellipse g image line lineargradient marker mask ' +
    'path pattern polygon polyline radialgradient rect stop style svg switch symbol ' +
    'text textpath title tspan use view ' +
    // What matplotlib and inkscape say of who has drawn it.
    'metadata rdf:rdf cc:agent cc:work dc:creator dc:date dc:format dc:title dc:type'
  ).split(' ')
);

const IMAGE = /^data:image\//i;

// Entities are put in where markup is; in XML a name may begin with other letters.
const HIDDEN = /<!ENTITY|<[^a-z/!?]/i;

/**
 * Whether nothing in the drawing *svg* acts or moves.
 *
 * JupyterLab shows it as an image: what it defines and how it looks is for itself only,
 * and nothing in it can be found from outside.
 */
export function isStaticSvg(svg: string): boolean {
  return !HIDDEN.test(svg) && everyTag(svg, isStatic);
}

function isStatic({ name, attributes }: ITag): boolean {
  return ELEMENTS.has(name) && attributes.every(isStaticAttribute);
}

function isStaticAttribute([name, value]: readonly [string, string]): boolean {
  if (name === 'href' || name.endsWith(':href')) {
    return isStaticLink(value) || IMAGE.test(value);
  }
  return !name.startsWith('on');
}
