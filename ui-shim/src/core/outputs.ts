import { isEqual } from './guards';
import { displayIdOf, type IOutput } from './protocol';

/**
 * What makes the outputs of a cell those that a run has put out: more that is to be
 * added to those there are, or all of them if these are to go.
 */
export interface IOutputChange {
  readonly clears: boolean;
  readonly add: readonly IOutput[];
}

/**
 * Return how to come from what is *shown* to what was *recovered*, and leave what is
 * right as it is.
 *
 * What is shown can stay only if it is trusted, and only if no display is among what
 * was recovered: the cell has to be told of those as they come.
 */
export function changeOf(
  shown: readonly IOutput[],
  recovered: readonly IOutput[],
  isTrusted: boolean
): IOutputChange {
  const stays =
    isTrusted &&
    shown.length <= recovered.length &&
    recovered.every(output => displayIdOf(output) === null);
  const last = shown.length - 1;
  if (
    !stays ||
    !shown.slice(0, -1).every((one, at) => isSame(one, recovered[at]))
  ) {
    return { clears: true, add: recovered };
  }
  const rest = recovered.slice(shown.length);
  const [one, other] = [shown[last], recovered[last]];
  if (one === undefined || other === undefined) {
    return { clears: false, add: rest };
  }
  if (!isText(one) || !isText(other)) {
    return isSame(one, other)
      ? { clears: false, add: rest }
      : { clears: true, add: recovered };
  }
  const more = one.name === other.name ? moreText(one.text, other.text) : null;
  return more === null
    ? { clears: true, add: recovered }
    : { clears: false, add: [{ ...other, text: more }, ...rest] };
}

interface IText extends IOutput {
  readonly text: string;
}

function isText(output: IOutput): output is IText {
  return output.output_type === 'stream' && typeof output.text === 'string';
}

/** Whether a cell that shows *one* need not be changed to show *other*. */
function isSame(one: IOutput, other: IOutput | undefined): boolean {
  if (other === undefined) {
    return false;
  }
  if (isText(one) && isText(other)) {
    return one.name === other.name && one.text === seen(other.text);
  }
  return isEqual(withoutTransient(one), withoutTransient(other));
}

/**
 * Return *output* as it is saved.
 */
export function withoutTransient(output: IOutput): IOutput {
  const rest: { [key: string]: unknown; output_type: string } = { ...output };
  delete rest.transient;
  return rest;
}

/** Return what is seen of a text that may end with where text goes on. */
function seen(source: string): string {
  const end = source.indexOf('\r');
  return end < 0 ? source : source.slice(0, end);
}

/**
 * Return what to write after *shown*, wherever text goes on there, so that it becomes
 * *source*; null if that cannot be.
 */
export function moreText(shown: string, source: string): string | null {
  if (!seen(source).startsWith(shown)) {
    return null;
  }
  const line = shown.lastIndexOf('\n') + 1;
  return `\r${source.slice(line)}`;
}
