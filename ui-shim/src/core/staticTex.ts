// What MathJax makes a link, something to click at or to point at, or something that is
// found from elsewhere.
const ACTS = /\\(?:href|toggle|mathtip|texttip|cssId|require)/;

// A command that is whole only when a browser has read it.
const HIDDEN = /\\[a-z]*[<&]|&(?:#0*92|#x0*5c|bsol)/i;

/**
 * Whether no formula in *text* acts or has state.
 */
export function isStaticTex(text: string): boolean {
  return !ACTS.test(text);
}

/**
 * Whether no formula in *markup* acts or has state, nor may when a browser has read it.
 */
export function hasStaticTex(markup: string): boolean {
  return isStaticTex(markup) && !HIDDEN.test(markup);
}
