import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import type { Cut, IOutputsCut, IRichCut, ITextCut } from './core/cut';
import { isOutput, type IOutput } from './core/protocol';

// How much text is loaded at once, in bytes: the page does nothing else while it comes in.
const PIECE = 4_000_000;

/**
 * Where what was left out of outputs is had from.
 */
export class CutSource {
  /**
   * Ask the server that these settings are of.
   */
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  /**
   * Give the text of a run in pieces, in UTF-8, until there is no more of it.
   *
   * @param cut - Where it was left out.
   * @param start - Its first byte.
   * @param end - Behind its last byte.
   * @param signal - What ends it before.
   */
  async *text(
    cut: ITextCut,
    start: number,
    end: number,
    signal: AbortSignal
  ): AsyncGenerator<Uint8Array> {
    let at = start;
    while (at < end) {
      const until = Math.min(at + PIECE, end);
      const bytes = await this._piece(cut, at, until, signal);
      if (bytes.length === 0 || signal.aborted) {
        return;
      }
      at += bytes.length;
      yield bytes;
    }
  }

  /**
   * Return an output that was left out.
   *
   * @param cut - Where it was.
   * @param offset - Which of several it is, from 0 on.
   */
  async output(
    cut: IRichCut | IOutputsCut,
    offset: number,
    signal: AbortSignal
  ): Promise<IOutput> {
    const url = this._url(cut, `rich/${(cut.index + offset).toString()}`);
    const response = await this._get(url, { signal });
    const output: unknown = await response.json();
    if (!isOutput(output)) {
      throw new TypeError('The server sent what is no output.');
    }
    return output;
  }

  /**
   * Return the address of all that was kept of a text.
   */
  textUrl({ start, ...cut }: ITextCut, isDownload = false): string {
    const query = { start, ...(isDownload ? { download: 1 } : {}) };
    return this._url(cut, `text${URLExt.objectToQueryString(query)}`);
  }

  /**
   * Return the address of an output that was too large.
   */
  richUrl(cut: IRichCut): string {
    return this._url(cut, `rich/${cut.index.toString()}`);
  }

  private _url(
    { kernelId, runId }: Pick<Cut, 'kernelId' | 'runId'>,
    part: string
  ): string {
    const kernel = encodeURIComponent(kernelId);
    const run = encodeURIComponent(runId);
    const path = `api/fastpath/kernels/${kernel}/runs/${run}/${part}`;
    return URLExt.join(this._settings.baseUrl, path);
  }

  private async _piece(
    cut: ITextCut,
    start: number,
    end: number,
    signal: AbortSignal
  ): Promise<Uint8Array> {
    const range = `bytes=${start.toString()}-${(end - 1).toString()}`;
    const response = await this._get(this.textUrl(cut), {
      headers: { Range: range },
      signal
    });
    const bytes = new Uint8Array(await response.arrayBuffer());
    // A proxy may not know of ranges.
    return response.status === 206 ? bytes : bytes.slice(start, end);
  }

  private async _get(url: string, init: RequestInit): Promise<Response> {
    const { makeRequest, ResponseError } = ServerConnection;
    const response = await makeRequest(url, init, this._settings);
    if (!response.ok) {
      throw await ResponseError.create(response);
    }
    return response;
  }
}
