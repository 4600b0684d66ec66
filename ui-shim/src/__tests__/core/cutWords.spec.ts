import { cutOf } from '../../core/cut';
import { describe as describeCut, progressOf } from '../../core/cutWords';

const words = {
  __: (message: string, ...values: unknown[]): string =>
    message.replace(/%(\d)/g, (_, at: string) => String(values[Number(at) - 1]))
};
const RUN = { version: 1, kernel_id: 'kernel', run_id: 'run', start: 0 };
const TEXT = {
  ...RUN,
  kind: 'text',
  head_bytes: 64_000_000,
  tail_bytes: 1_000_000,
  total_bytes: 200_000_000,
  head_lines: 1000,
  tail_lines: 20,
  total_lines: 3000,
  kept_bytes: 200_000_000,
  is_done: true
};
const RUNNING = { tail_bytes: 0, tail_lines: 0, is_done: false };
const RICH = {
  ...RUN,
  kind: 'rich',
  index: 0,
  total_bytes: 150_000_000,
  mime_types: ['image/png', 'text/plain'],
  kept_bytes: 150_000_000
};
const OUTPUTS = {
  ...RUN,
  kind: 'outputs',
  index: 0,
  shown: 10_000,
  total: 12_000,
  kept: 2000
};

function told(
  marker: object,
  size = 0,
  lines = 0
): { label: string; title: string; note: string } {
  const cut = cutOf(marker);
  if (cut === null) {
    throw new Error('This is no marker.');
  }
  return describeCut(cut, { size, lines }, words);
}

describe('describe', () => {
  it.each([
    [
      {},
      0,
      '65.0 of 200.0 MB of text are shown, the first 64.0 MB and the last 1.0 MB.'
    ],
    [
      {},
      1_000_000,
      '66.0 of 200.0 MB of text are shown, the first 65.0 MB and the last 1.0 MB.'
    ],
    [{}, 135_000_000, 'All 200.0 MB of text are shown.'],
    [RUNNING, 0, 'The first 64.0 of 200.0 MB of text so far are shown.'],
    [{ tail_bytes: 0 }, 0, 'The first 64.0 of 200.0 MB of text are shown.'],
    [{ head_bytes: 0 }, 0, 'The last 1.0 of 200.0 MB of text are shown.'],
    [
      { head_bytes: 0, tail_bytes: 0 },
      0,
      'Nothing of 200.0 MB of text is shown.'
    ]
  ])('says of a text with %j and %d bytes loaded', (change, size, label) => {
    expect(told({ ...TEXT, ...change }, size).label).toBe(label);
  });

  it('says to the byte how much of a text is shown.', () => {
    expect(told(TEXT, 500, 3).title).toBe(
      '65,000,500 of 200,000,000 bytes, 1,023 of 3,000 lines'
    );
  });

  it.each([
    [{}, 0, ''],
    [{ kept_bytes: 0 }, 0, 'What is missing was not kept.'],
    [
      { kept_bytes: 100_000_000 },
      0,
      'Of the 135.0 MB missing, only the first 36.0 MB were kept.'
    ],
    [{}, 135_500_000, 'The last 500.0 kB before this are shown again.']
  ])('notes of a text with %j and %d bytes loaded', (change, size, note) => {
    expect(told({ ...TEXT, ...change }, size).note).toBe(note);
  });

  it.each([
    [{}, 0, 'A large output of 150.0 MB is not shown: image/png, text/plain.'],
    [{}, 1, 'A large output of 150.0 MB is shown: image/png, text/plain.'],
    [{ mime_types: [] }, 0, 'A large output of 150.0 MB is not shown.'],
    [{ mime_types: [] }, 1, 'A large output of 150.0 MB is shown.']
  ])(
    'says of an output with %j of which %d is loaded',
    (change, size, label) => {
      expect(told({ ...RICH, ...change }, size).label).toBe(label);
    }
  );

  it('notes that an output was not kept', () => {
    expect(told(RICH).note).toBe('');
    expect(told({ ...RICH, kept_bytes: 0 }).note).toBe('It was not kept.');
  });

  it.each([
    [{}, 20, '10,020 of 12,000 outputs are shown.', ''],
    [
      { is_done: false, kept: 0 },
      0,
      '10,000 of 12,000 outputs so far are shown.',
      'What is missing was not kept.'
    ],
    [
      { kept: 500 },
      0,
      '10,000 of 12,000 outputs are shown.',
      'Of the 2,000 missing, only the first 500 were kept.'
    ]
  ])('says of outputs with %j and %d loaded', (change, size, label, note) => {
    expect(told({ ...OUTPUTS, ...change }, size)).toMatchObject({
      label,
      note
    });
  });
});

describe('progressOf', () => {
  it.each([
    [TEXT, 4_000_000, 135_000_000, 'Loading: 4.0 of 135.0 MB'],
    [OUTPUTS, 3, 2000, 'Loading: 3 of 2,000']
  ])('of %j', (marker, done, whole, expected) => {
    const cut = cutOf(marker);

    expect(cut && progressOf(cut, done, whole, words)).toBe(expected);
  });
});
