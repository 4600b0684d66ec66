import {
  channelsAt,
  type ITurn,
  type MessageCounts
} from './core/messageCounts';

/** By this the server knows that a session does not come back. */
const NORMAL_CLOSURE = 1000;

/**
 * Return a class of WebSockets which tell the server, if they are a kernel's, how many
 * messages their session has got so far, so that it goes on exactly there, and at the
 * end of the session that nobody has to be waited for.
 *
 * A server that does not know of this ignores it.
 *
 * @param counts - Where the messages are counted.
 * @param Base - The browser's class.
 */
export function countingSocket(
  counts: MessageCounts,
  Base: typeof WebSocket = WebSocket
): typeof WebSocket {
  return class extends Base {
    constructor(url: string | URL, protocols?: string | string[]) {
      const channels = channelsAt(String(url));
      if (channels === null) {
        super(url, protocols);
        return;
      }
      const { kernelId, sessionId } = channels;
      const cursor = counts.get(kernelId, sessionId);
      super(`${String(url)}&fastpath_cursor=${String(cursor)}`, protocols);
      // What an older socket still gets is sent again on this one.
      const turn = counts.take(kernelId, sessionId);
      this.addEventListener('message', () => {
        turn.received();
      });
      this._turn = turn;
    }

    override close(code?: number, reason?: string): void {
      const turn = this._turn;
      if (turn === undefined || code !== undefined) {
        super.close(code, reason);
        return;
      }
      // A kernel connection closes its socket in the same way when it is disposed and
      // when it connects anew, which it does in a timer that it has set before.
      setTimeout(() => {
        super.close(turn.isLast ? NORMAL_CLOSURE : undefined);
      });
    }

    private _turn?: ITurn;
  };
}
