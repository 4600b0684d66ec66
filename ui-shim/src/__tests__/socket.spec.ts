import { MessageCounts } from '../core/messageCounts';
import { countingSocket } from '../socket';

const CHANNELS = 'ws://host/api/kernels/k/channels?session_id=s';

/** What a browser has, without a network. */
class FakeSocket extends EventTarget {
  constructor(
    readonly url: string | URL,
    readonly protocols?: string | string[]
  ) {
    super();
  }

  close(code?: number): void {
    this.closed.push(code);
  }

  readonly closed: (number | undefined)[] = [];
}

/** The class under test, and where it counts. */
function setUp(): { Socket: typeof WebSocket; counts: MessageCounts } {
  const counts = new MessageCounts();
  const Base = FakeSocket as unknown as typeof WebSocket;
  return { Socket: countingSocket(counts, Base), counts };
}

/** Return the codes with which a socket was closed. */
function closed(socket: WebSocket): (number | undefined)[] {
  return (socket as unknown as FakeSocket).closed;
}

function receive(socket: WebSocket, count: number): void {
  for (let i = 0; i < count; i++) {
    socket.dispatchEvent(new Event('message'));
  }
}

describe('countingSocket', () => {
  afterEach(() => {
    jest.useRealTimers();
  });

  it('tells how many messages came over all sockets of the session', () => {
    const { Socket } = setUp();
    const first = new Socket(CHANNELS, ['v1']);
    receive(first, 3);
    const second = new Socket(CHANNELS);
    receive(first, 4);
    receive(second, 2);
    const third = new Socket(CHANNELS);

    expect(first.url).toBe(`${CHANNELS}&fastpath_cursor=0`);
    expect((first as unknown as FakeSocket).protocols).toEqual(['v1']);
    expect(second.url).toBe(`${CHANNELS}&fastpath_cursor=3`);
    expect(third.url).toBe(`${CHANNELS}&fastpath_cursor=5`);
  });

  it('leaves other sockets alone', () => {
    const { Socket, counts } = setUp();
    const url = 'ws://host/terminals/websocket/1';
    const socket = new Socket(url);
    receive(socket, 3);

    expect(socket.url).toBe(url);
    expect(counts.get('k', 's')).toBe(0);
  });

  it('says farewell when its session is given up', () => {
    jest.useFakeTimers();
    const { Socket } = setUp();
    const socket = new Socket(CHANNELS);
    socket.close();
    jest.runAllTimers();

    expect(closed(socket)).toEqual([1000]);
  });

  it('says no farewell when its session connects anew', () => {
    jest.useFakeTimers();
    const { Socket } = setUp();
    const socket = new Socket(CHANNELS);
    setTimeout(() => new Socket(CHANNELS));
    socket.close();
    jest.runAllTimers();

    expect(closed(socket)).toEqual([undefined]);
  });

  it('closes with the code that it is told', () => {
    const { Socket } = setUp();
    const kernel = new Socket(CHANNELS);
    const terminal = new Socket('ws://host/terminals/websocket/1');
    kernel.close(3000);
    terminal.close();

    expect(closed(kernel)).toEqual([3000]);
    expect(closed(terminal)).toEqual([undefined]);
  });
});
