import { availableOf, missingOf, type Cut } from './cut';
import type { IOutputsCut, IRichCut, ITextCut } from './cut';
import { partSizeOf, sizeOf } from './sizes';

/** Gives words in the language of the user. */
export interface IWords {
  /** Return a message, with its numbered places filled. */
  __(message: string, ...values: unknown[]): string;
}

/** How much has been loaded of what was left out: bytes or outputs, and lines. */
export interface ILoaded {
  readonly size: number;
  readonly lines: number;
}

/** What was left out, in words. */
export interface IDescription {
  /** How much is shown. */
  readonly label: string;

  /** The same to the byte. */
  readonly title: string;

  /** What else there is to know; empty if nothing. */
  readonly note: string;
}

/**
 * Say how much is shown of an output of which something was left out.
 */
export function describe(
  cut: Cut,
  loaded: ILoaded,
  words: IWords
): IDescription {
  switch (cut.kind) {
    case 'text':
      return describeText(cut, loaded, words);
    case 'rich':
      return describeRich(cut, loaded, words);
    case 'outputs':
      return describeOutputs(cut, loaded, words);
  }
}

/**
 * Say how far a load has come.
 */
export function progressOf(
  cut: Cut,
  done: number,
  whole: number,
  words: IWords
): string {
  return cut.kind === 'text'
    ? words.__('Loading: %1 of %2', partSizeOf(done, whole), sizeOf(whole))
    : words.__('Loading: %1 of %2', count(done), count(whole));
}

function describeText(
  cut: ITextCut,
  loaded: ILoaded,
  words: IWords
): IDescription {
  const head = cut.headBytes + loaded.size;
  const shown = Math.min(head + cut.tailBytes, cut.totalBytes);
  const twice = head + cut.tailBytes - shown;
  const lines = cut.headLines + loaded.lines + cut.tailLines;
  return {
    label: textLabel(cut, head, words),
    title: words.__(
      '%1 of %2 bytes, %3 of %4 lines',
      count(shown),
      count(cut.totalBytes),
      count(Math.min(lines, cut.totalLines)),
      count(cut.totalLines)
    ),
    note:
      twice > 0
        ? words.__('The last %1 before this are shown again.', sizeOf(twice))
        : keptNote(cut, sizeOf, words)
  };
}

function textLabel(cut: ITextCut, head: number, words: IWords): string {
  const { tailBytes: tail, totalBytes: total, isDone } = cut;
  const shown = Math.min(head + tail, total);
  const part = partSizeOf(shown, total);
  const whole = sizeOf(total);
  if (!isDone) {
    return words.__(
      'The first %1 of %2 of text so far are shown.',
      part,
      whole
    );
  }
  if (shown === total) {
    return words.__('All %1 of text are shown.', whole);
  }
  if (shown === 0) {
    return words.__('Nothing of %1 of text is shown.', whole);
  }
  if (tail === 0) {
    return words.__('The first %1 of %2 of text are shown.', part, whole);
  }
  if (head === 0) {
    return words.__('The last %1 of %2 of text are shown.', part, whole);
  }
  return words.__(
    '%1 of %2 of text are shown, the first %3 and the last %4.',
    part,
    whole,
    sizeOf(head),
    sizeOf(tail)
  );
}

function describeRich(
  cut: IRichCut,
  loaded: ILoaded,
  words: IWords
): IDescription {
  const size = sizeOf(cut.totalBytes);
  const types = cut.mimeTypes.join(', ');
  const isShown = loaded.size > 0;
  const label =
    types === ''
      ? isShown
        ? words.__('A large output of %1 is shown.', size)
        : words.__('A large output of %1 is not shown.', size)
      : isShown
        ? words.__('A large output of %1 is shown: %2.', size, types)
        : words.__('A large output of %1 is not shown: %2.', size, types);
  const title = words.__('%1 bytes', count(cut.totalBytes));
  const note = availableOf(cut) > 0 ? '' : words.__('It was not kept.');
  return { label, title, note };
}

function describeOutputs(
  cut: IOutputsCut,
  loaded: ILoaded,
  words: IWords
): IDescription {
  const shown = count(Math.min(cut.shown + loaded.size, cut.total));
  const total = count(cut.total);
  const label = cut.isDone
    ? words.__('%1 of %2 outputs are shown.', shown, total)
    : words.__('%1 of %2 outputs so far are shown.', shown, total);
  return { label, title: label, note: keptNote(cut, count, words) };
}

/** Say how much cannot be had of what is missing. */
function keptNote(
  cut: Cut,
  amount: (size: number) => string,
  words: IWords
): string {
  const missing = missingOf(cut);
  const available = availableOf(cut);
  if (missing === available) {
    return '';
  }
  return available === 0
    ? words.__('What is missing was not kept.')
    : words.__(
        'Of the %1 missing, only the first %2 were kept.',
        amount(missing),
        amount(available)
      );
}

function count(number: number): string {
  return number.toLocaleString();
}
