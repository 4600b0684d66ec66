import type { IStanding } from './protocol';

/**
 * Tells from looks at both its ends that a connection is dead, though nobody said so.
 */
export class Pulse {
  /**
   * Note what the server says at a look, and how many messages have come so far.
   *
   * @returns Whether the connection is dead: at two looks in a row something was
   * missing, and nothing has come between them.
   */
  isDead(standing: IStanding, received: number): boolean {
    const isStill = received === this._received;
    const isMissing = !standing.is_connected || standing.sent > received;
    this._received = received;
    const wasMissing = this._isMissing;
    this._isMissing = isMissing;
    if (!(isMissing && wasMissing && isStill)) {
      return false;
    }
    this.forget();
    return true;
  }

  /**
   * Begin anew: what was seen was of an older connection.
   */
  forget(): void {
    this._isMissing = false;
  }

  private _isMissing = false;
  private _received = -1;
}
