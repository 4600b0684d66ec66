import type { FastpathApi } from './api';
import type { IPolicyRules } from './core/policy';

/**
 * What the administrator has set of outputs, as far as it is known.
 */
export class ServerRules {
  /**
   * Know nothing until it is asked for.
   */
  constructor(private readonly _api: FastpathApi) {}

  /** What was known last. */
  get current(): IPolicyRules {
    return this._current;
  }

  /**
   * Ask the server, and return what is known then.
   */
  async refresh(): Promise<IPolicyRules> {
    try {
      this._current = await this._api.policyRules();
    } catch (error) {
      console.warn('What the server has set of outputs is not known.', error);
    }
    return this._current;
  }

  private _current: IPolicyRules = {};
}
