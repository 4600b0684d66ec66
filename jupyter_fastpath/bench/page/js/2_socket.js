// When requests left the page and their answers came, at the border of the browser.
(() => {
  const { bench } = window;
  // Longer ones are floods, which nobody looks into here.
  const MOST = 20_000;
  const decoder = new TextDecoder();

  const sizeOf = data => data.length ?? data.byteLength ?? data.size;
  const textOf = data => {
    if (sizeOf(data) > MOST) {
      return '';
    }
    return typeof data === 'string' ? data : decoder.decode(data);
  };

  // Where a time is noted under each of these pieces of a message, once it passes.
  bench.wanted = new Map();
  bench.latest = 0;
  // Bytes that the page was given.
  bench.received = 0;

  const look = data => {
    bench.latest = performance.now();
    if (bench.wanted.size === 0) {
      return;
    }
    const now = bench.latest;
    const text = textOf(data);
    for (const [piece, note] of bench.wanted) {
      if (text.includes(piece)) {
        bench.wanted.delete(piece);
        note(now);
      }
    }
  };

  bench.passed = piece =>
    new Promise(resolve => {
      bench.wanted.set(piece, resolve);
    });

  // How many sockets there have been of each address.
  const counts = new Map();

  window.WebSocket = class extends WebSocket {
    constructor(...args) {
      super(...args);
      const { pathname, search } = new URL(this.url);
      const address = pathname + search;
      const number = counts.get(address) ?? 0;
      counts.set(address, number + 1);
      this.#socket = { address, number };
      // The first listener, so that the page has not worked on it yet.
      this.addEventListener('message', event => {
        bench.received += sizeOf(event.data);
        look(event.data);
        this.#note(event.data, false, this.#received++);
      });
    }

    send(data) {
      look(data);
      // What is sent by one that is closing or closed goes nowhere.
      if (this.readyState === WebSocket.OPEN) {
        this.#note(data, true, this.#sent++);
      }
      super.send(data);
    }

    // Tells whoever wants it which message of which socket it was.
    #note(data, isSent, index) {
      const at = bench.latest;
      bench.onMessage?.({ ...this.#socket, at, data, isSent, index });
    }

    #socket;
    #sent = 0;
    #received = 0;
  };
})();
