import { ServerConnection } from '@jupyterlab/services';

import { cutOf, type IOutputsCut, type ITextCut } from '../core/cut';
import { isGone, reasonOf } from '../cutFailure';
import { CutSource } from '../cutSource';

const RUN = { version: 1, kernel_id: 'kernel', run_id: 'a/b?c', start: 17 };
const TEXT = cutOf({
  ...RUN,
  kind: 'text',
  head_bytes: 2,
  tail_bytes: 1,
  total_bytes: 10_000_000,
  head_lines: 0,
  tail_lines: 0,
  total_lines: 0,
  kept_bytes: 10_000_000,
  is_done: true
}) as ITextCut;
const OUTPUTS = cutOf({
  ...RUN,
  kind: 'outputs',
  index: 3,
  shown: 3,
  total: 9,
  kept: 6
}) as IOutputsCut;
const PATH = 'http://server/base/api/fastpath/kernels/kernel/runs/a%2Fb%3Fc/';
const trans = {
  __: (message: string, value: unknown) => message.replace('%1', String(value))
} as Parameters<typeof reasonOf>[1];

/** A source whose server answers so, and what it was asked for. */
function setUp(answer: (range: string | null) => Response): {
  source: CutSource;
  asked: string[];
} {
  const asked: string[] = [];
  const fetch = (request: RequestInfo | URL): Promise<Response> => {
    const { url, headers } = request as Request;
    const range = headers.get('Range');
    asked.push(`${url} ${range ?? ''}`);
    return Promise.resolve().then(() => answer(range));
  };
  const init: RequestInit = { cache: 'default' };
  const options = { baseUrl: 'http://server/base/', fetch, init };
  const settings = ServerConnection.makeSettings(options);
  return { source: new CutSource(settings), asked };
}

/** What a server that has these bytes answers. */
function serve(bytes: Uint8Array): (range: string | null) => Response {
  return range => {
    const [, start, end] = /^bytes=(\d+)-(\d+)$/.exec(range ?? '') ?? [];
    const body = bytes.slice(Number(start), Number(end) + 1);
    return new Response(body, { status: 206 });
  };
}

async function lengthsOf(
  source: CutSource,
  start: number,
  end: number,
  signal = new AbortController().signal
): Promise<number[]> {
  const lengths: number[] = [];
  for await (const bytes of source.text(TEXT, start, end, signal)) {
    lengths.push(bytes.length);
  }
  return lengths;
}

async function failureOf(answer: () => Response): Promise<unknown> {
  try {
    await lengthsOf(setUp(answer).source, 2, 9);
  } catch (error) {
    return error;
  }
  return null;
}

describe('CutSource', () => {
  it('gives a text in pieces', async () => {
    const { source, asked } = setUp(serve(new Uint8Array(10_000_000)));

    expect(await lengthsOf(source, 2, 9_000_000)).toEqual([
      4_000_000, 4_000_000, 999_998
    ]);
    expect(asked).toEqual([
      `${PATH}text?start=17 bytes=2-4000001`,
      `${PATH}text?start=17 bytes=4000002-8000001`,
      `${PATH}text?start=17 bytes=8000002-8999999`
    ]);
  });

  it('gives what there is of a text', async () => {
    const { source } = setUp(serve(new Uint8Array(5)));

    expect(await lengthsOf(source, 2, 9)).toEqual([3]);
  });

  it('gives the same where ranges are not known', async () => {
    const { source } = setUp(() => new Response('0123456789'));
    const { signal } = new AbortController();
    const texts: string[] = [];
    for await (const bytes of source.text(TEXT, 2, 6, signal)) {
      texts.push(new TextDecoder().decode(bytes));
    }

    expect(texts).toEqual(['2345']);
  });

  it('gives no more once it is told so', async () => {
    const ended = new AbortController();
    const { source, asked } = setUp(range => {
      ended.abort();
      return serve(new Uint8Array(9_000_000))(range);
    });
    await lengthsOf(source, 2, 9_000_000, ended.signal).catch(() => []);

    expect(asked).toHaveLength(1);
  });

  it('gives outputs that were left out', async () => {
    const output = { output_type: 'display_data', data: {}, metadata: {} };
    const { source, asked } = setUp(() => Response.json(output));
    const { signal } = new AbortController();

    expect(await source.output(OUTPUTS, 2, signal)).toEqual(output);
    expect(asked).toEqual([`${PATH}rich/5 `]);
  });

  it('gives nothing that is no output', async () => {
    const { source } = setUp(() => Response.json(['<b>']));
    const { signal } = new AbortController();

    await expect(source.output(OUTPUTS, 0, signal)).rejects.toThrow(TypeError);
  });

  it('knows where the whole is', () => {
    const { source } = setUp(() => new Response());

    expect(source.textUrl(TEXT)).toBe(`${PATH}text?start=17`);
    expect(source.textUrl(TEXT, true)).toBe(`${PATH}text?start=17&download=1`);
  });
});

describe('reasonOf', () => {
  it.each([
    [404, 'The server no longer keeps this.', true],
    [410, 'The server no longer keeps this.', true],
    [416, 'The server no longer keeps this.', true],
    [403, 'The server refuses this (403).', false],
    [500, 'The server refuses this (500).', false]
  ])('a server answers with %d', async (status, reason, gone) => {
    const error = await failureOf(() =>
      Response.json({ message: '<b>no</b>' }, { status })
    );

    expect(reasonOf(error, trans)).toBe(reason);
    expect(isGone(error)).toBe(gone);
  });

  it('no server answers', async () => {
    const error = await failureOf(() => {
      throw new TypeError('Failed to fetch');
    });

    expect(reasonOf(error, trans)).toBe('The server cannot be reached.');
    expect(isGone(error)).toBe(false);
  });

  it('the page does not know', () => {
    const warn = jest.spyOn(console, 'warn').mockReturnValue();

    expect(reasonOf(new Error('?'), trans)).toBe('This cannot be shown.');
    expect(warn).toHaveBeenCalledTimes(1);
    warn.mockRestore();
  });
});
