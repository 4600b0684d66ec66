/**
 * Colours and styles of terminals in text, as `nbconvert` and JupyterLab show them: see
 * ECMA-48, "Select Graphic Rendition", for the codes.
 */

/** An index of the sixteen colours with names, red, green and blue, or none. */
type Colour = number | readonly [number, number, number] | null;

/** What applies to the text that follows. */
export interface IAnsiState {
  readonly foreground: Colour;
  readonly background: Colour;
  readonly isBold: boolean;
  readonly isUnderlined: boolean;
  readonly isInverse: boolean;
}

/** Text that is as the page shows it without any code. */
export const PLAIN: IAnsiState = {
  foreground: null,
  background: null,
  isBold: false,
  isUnderlined: false,
  isInverse: false
};

/** How text is shown: the attributes of its element. */
export interface IStyle {
  readonly className: string;
  readonly css: string;
}

/** Text of one style; null if it is plain. */
export interface IStyledText {
  readonly text: string;
  readonly style: IStyle | null;
}

/** Text without its codes, and what they have set for what follows. */
export interface IParsed {
  readonly parts: readonly IStyledText[];
  readonly state: IAnsiState;

  /** Whether the first part goes on where the text before ended, with no code between. */
  readonly continues: boolean;
}

/** A code, which ends with its line at the latest: one that does not is text. */
// Codes begin with a control character.
// eslint-disable-next-line no-control-regex
export const CODE = /\x1b\[(.*?)([@-~])/g;
// As above.
// eslint-disable-next-line no-control-regex
const UNFINISHED = /\x1b\[.*$/;

const NAMES = [
  'black',
  'red',
  'green',
  'yellow',
  'blue',
  'magenta',
  'cyan',
  'white'
] as const;

/**
 * Take the codes out of *text*, which begins with what *state* says.
 *
 * A code that is not finished is not shown, as its rest may come.
 */
export function parseAnsi(text: string, state: IAnsiState): IParsed {
  if (!text.includes('\x1b')) {
    const parts = text === '' ? [] : [{ text, style: styleOf(state) }];
    return { parts, state, continues: true };
  }
  const parts: IStyledText[] = [];
  let continues = true;
  let start = 0;
  const put = (end: number): void => {
    if (end > start) {
      parts.push({ text: text.slice(start, end), style: styleOf(state) });
    }
  };
  for (const match of text.matchAll(CODE)) {
    put(match.index);
    continues &&= parts.length > 0;
    start = match.index + match[0].length;
    if (match[2] === 'm') {
      state = after(state, numbersOf(match[1] ?? ''));
    }
  }
  const rest = UNFINISHED.exec(text.slice(start));
  put(rest === null ? text.length : start + rest.index);
  return { parts, state, continues };
}

/** Return the numbers of a code; none if it is not one of numbers. */
function numbersOf(parameters: string): number[] {
  const items = parameters.split(';');
  return items.every(item => /^\d*$/.test(item)) ? items.map(Number) : [];
}

function after(state: IAnsiState, numbers: readonly number[]): IAnsiState {
  const rest = [...numbers];
  for (let code = rest.shift(); code !== undefined; code = rest.shift()) {
    if (code === 38 || code === 48) {
      const colour = extendedColour(rest);
      if (colour === null) {
        return state;
      }
      state = { ...state, [code === 38 ? 'foreground' : 'background']: colour };
    } else {
      state = { ...state, ...changeOf(code) };
    }
  }
  return state;
}

/** Return what a code of one number changes. */
function changeOf(code: number): Partial<IAnsiState> {
  const colour = colourOf(code);
  return colour ?? SWITCHES.get(code) ?? {};
}

function colourOf(code: number): Partial<IAnsiState> | null {
  const index = code % 10;
  if (index > 7) {
    return null;
  }
  switch (code - index) {
    case 30:
      return { foreground: index };
    case 40:
      return { background: index };
    case 90:
      return { foreground: index + 8 };
    case 100:
      return { background: index + 8 };
    default:
      return null;
  }
}

const SWITCHES: ReadonlyMap<number, Partial<IAnsiState>> = new Map<
  number,
  Partial<IAnsiState>
>([
  [0, PLAIN],
  [1, { isBold: true }],
  [4, { isUnderlined: true }],
  [5, { isBold: true }],
  [7, { isInverse: true }],
  [21, { isBold: false }],
  [22, { isBold: false }],
  [24, { isUnderlined: false }],
  [27, { isInverse: false }],
  [39, { foreground: null }],
  [49, { background: null }]
]);

/** Take the colour of a code 38 or 48 from the numbers behind it; null if there is none. */
function extendedColour(rest: number[]): Colour {
  const kind = rest.shift();
  if (kind === 2 && rest.length >= 3) {
    const [red = 0, green = 0, blue = 0] = rest.splice(0, 3);
    return Math.max(red, green, blue) > 255 ? null : [red, green, blue];
  }
  const index = kind === 5 ? rest.shift() : undefined;
  return index === undefined || index > 255 ? null : indexedColour(index);
}

/** Return a colour of the usual 256: sixteen with names, a cube of 6, and greys. */
function indexedColour(index: number): Colour {
  if (index < 16) {
    return index;
  }
  if (index >= 232) {
    const grey = (index - 232) * 10 + 8;
    return [grey, grey, grey];
  }
  const level = (step: number): number => (step > 0 ? 55 + step * 40 : 0);
  const at = index - 16;
  return [
    level(Math.floor(at / 36)),
    level(Math.floor(at / 6) % 6),
    level(at % 6)
  ];
}

function styleOf(state: IAnsiState): IStyle | null {
  const { isBold, isInverse, isUnderlined } = state;
  let { foreground, background } = state;
  if (isBold && typeof foreground === 'number' && foreground < 8) {
    foreground += 8;
  }
  if (isInverse) {
    [foreground, background] = [background, foreground];
  }
  const classes = [
    ...classesOf(foreground, 'fg', isInverse),
    ...classesOf(background, 'bg', isInverse),
    ...(isBold ? ['ansi-bold'] : []),
    ...(isUnderlined ? ['ansi-underline'] : [])
  ];
  const css = [
    ...cssOf(foreground, 'color'),
    ...cssOf(background, 'background-color')
  ];
  return classes.length + css.length === 0
    ? null
    : { className: classes.join(' '), css: css.join(';') };
}

function classesOf(colour: Colour, end: string, isInverse: boolean): string[] {
  if (typeof colour === 'number') {
    const name = NAMES[colour % 8] ?? '';
    return [`ansi-${name}${colour < 8 ? '' : '-intense'}-${end}`];
  }
  return colour === null && isInverse ? [`ansi-default-inverse-${end}`] : [];
}

function cssOf(colour: Colour, property: string): string[] {
  return colour === null || typeof colour === 'number'
    ? []
    : [`${property}:rgb(${colour.join(',')})`];
}
