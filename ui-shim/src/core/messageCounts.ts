const CHANNELS = /\/api\/kernels\/([^/?#]+)\/channels\?/;

/** The right to count for a session, which the next one takes away. */
export interface ITurn {
  /** Whether nobody has taken it away. */
  readonly isLast: boolean;

  /**
   * Note that one more message has come, unless somebody else counts by now.
   */
  received(): void;
}

/**
 * How many messages each session of a kernel has got, over all its connections.
 */
export class MessageCounts {
  /**
   * Return the number for a session; 0 if nothing is known of it.
   */
  get(kernelId: string, sessionId: string): number {
    return this._counts.get(keyOf(kernelId, sessionId)) ?? 0;
  }

  /**
   * Let one connection, and no older one, count for a session from now on.
   */
  take(kernelId: string, sessionId: string): ITurn {
    const key = keyOf(kernelId, sessionId);
    const isLast = (): boolean => this._turns.get(key) === turn;
    const turn: ITurn = {
      get isLast() {
        return isLast();
      },
      received: () => {
        if (turn.isLast) {
          this._counts.set(key, (this._counts.get(key) ?? 0) + 1);
        }
      }
    };
    this._turns.set(key, turn);
    return turn;
  }

  private readonly _counts = new Map<string, number>();
  private readonly _turns = new Map<string, ITurn>();
}

function keyOf(kernelId: string, sessionId: string): string {
  return `${kernelId} ${sessionId}`;
}

/**
 * Return whose channels are at *url*; null if there are no kernel's.
 */
export function channelsAt(
  url: string
): { kernelId: string; sessionId: string } | null {
  const kernel = CHANNELS.exec(url)?.[1];
  const session = /[?&]session_id=([^&#]+)/.exec(url)?.[1];
  if (kernel === undefined || session === undefined) {
    return null;
  }
  const [kernelId, sessionId] = [kernel, session].map(decode);
  return kernelId && sessionId ? { kernelId, sessionId } : null;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}
