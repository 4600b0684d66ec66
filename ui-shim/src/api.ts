import { URLExt } from '@jupyterlab/coreutils';
import { ServerConnection } from '@jupyterlab/services';

import { isRecord } from './core/guards';
import { rulesIn, type IPolicyRules } from './core/policy';
import {
  isRun,
  isStanding,
  isWrites,
  type IRun,
  type IStanding,
  type IWrites
} from './core/protocol';

/**
 * What the server extension tells when it is asked.
 */
export class FastpathApi {
  /**
   * Ask the server that these settings are of.
   */
  constructor(private readonly _settings: ServerConnection.ISettings) {}

  /**
   * Return the runs of a kernel whose output may not be in the notebook; null if the
   * kernel is none of ours.
   */
  async runs(kernelId: string, sessionId: string): Promise<IRun[] | null> {
    const query = URLExt.objectToQueryString({ session_id: sessionId });
    const url = `kernels/${encodeURIComponent(kernelId)}/runs${query}`;
    return runsIn(await this._get(url));
  }

  /**
   * Return the runs of a notebook whose kernels are gone.
   */
  async leftovers(path: string): Promise<IRun[]> {
    const query = URLExt.objectToQueryString({ path });
    return runsIn(await this._get(`leftovers${query}`)) ?? [];
  }

  /**
   * Return what has changed the file of a notebook since it had the version *since*;
   * null if that is not known.
   */
  async writes(path: string, since: string): Promise<IWrites | null> {
    const query = URLExt.objectToQueryString({ path, since });
    const told = await this._get(`writes${query}`);
    return isWrites(told) ? told : null;
  }

  /**
   * Return how a session of a kernel stands; null if the kernel is none of ours.
   */
  async standing(
    kernelId: string,
    sessionId: string
  ): Promise<IStanding | null> {
    const session = encodeURIComponent(sessionId);
    const url = `kernels/${encodeURIComponent(kernelId)}/sessions/${session}`;
    const told = await this._get(url);
    return isStanding(told) ? told : null;
  }

  /**
   * Return what the administrator has set of outputs.
   */
  async policyRules(): Promise<IPolicyRules> {
    return rulesIn(await this._get('policy'));
  }

  /**
   * Tell what a notebook says of its outputs to the kernel that it has; nothing is told
   * if that is none of ours.
   */
  async setPolicy(
    kernelId: string,
    sessionId: string,
    policy: unknown
  ): Promise<void> {
    const session = encodeURIComponent(sessionId);
    const url = `kernels/${encodeURIComponent(kernelId)}/sessions/${session}`;
    const body = JSON.stringify({ policy: policy ?? null });
    await this._request(`${url}/policy`, { method: 'PUT', body });
  }

  /** Return what is there; null if nothing is. */
  private async _get(path: string): Promise<unknown> {
    const response = await this._request(path, {});
    return response === null ? null : response.json();
  }

  /** Return what the server answers; null if it knows of no such thing. */
  private async _request(
    path: string,
    init: RequestInit
  ): Promise<Response | null> {
    const url = URLExt.join(this._settings.baseUrl, 'api/fastpath', path);
    const { makeRequest, ResponseError } = ServerConnection;
    const response = await makeRequest(url, init, this._settings);
    if (response.status === 404) {
      return null;
    }
    if (!response.ok) {
      throw await ResponseError.create(response);
    }
    return response;
  }
}

function runsIn(told: unknown): IRun[] | null {
  if (!isRecord(told) || !Array.isArray(told.runs)) {
    return null;
  }
  return told.runs.filter(isRun);
}
