import { StateSocket } from '../stateSocket';

/** What a browser has, without a network. */
export class FakeSocket {
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: (() => void) | null = null;
  readonly sent: unknown[] = [];
  code: number | undefined;

  send(text: string): void {
    this.sent.push(JSON.parse(text));
  }

  close(code?: number): void {
    this.code = code;
    this.onclose?.();
  }

  tell(frame: unknown): void {
    this.onmessage?.({ data: JSON.stringify(frame) });
  }
}

/** A page as far as it is listened to. */
export class FakeDocument extends EventTarget {
  visibilityState = 'visible';

  turn(visibilityState: 'visible' | 'hidden'): void {
    this.visibilityState = visibilityState;
    this.dispatchEvent(new Event('visibilitychange'));
  }
}

/** What watches topics, and the sockets that it opens. */
export function setUpStates(): { states: StateSocket; sockets: FakeSocket[] } {
  Object.assign(globalThis, { window: new EventTarget() });
  const sockets: FakeSocket[] = [];
  const states = new StateSocket(() => {
    sockets.push(new FakeSocket());
    return sockets.at(-1) as unknown as WebSocket;
  });
  return { states, sockets };
}
