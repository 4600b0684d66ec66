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
  // When a message of a kernel passed last. What tells of processors and memory goes on
  // as long as a cell runs.
  bench.latest = 0;
  // Bytes that the page was given.
  bench.received = 0;

  const look = (data, now) => {
    if (bench.wanted.size === 0) {
      return;
    }
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
      this.#isOfKernel = pathname.endsWith('/channels');
      // The first listener, so that the page has not worked on it yet.
      this.addEventListener('message', event => {
        bench.received += sizeOf(event.data);
        const at = this.#looked(event.data);
        this.#note(event.data, false, this.#received++, at);
      });
    }

    send(data) {
      const at = this.#looked(data);
      // What is sent by one that is closing or closed goes nowhere.
      if (this.readyState === WebSocket.OPEN) {
        this.#note(data, true, this.#sent++, at);
      }
      super.send(data);
    }

    // Returns when a message passed.
    #looked(data) {
      const now = performance.now();
      if (this.#isOfKernel) {
        bench.latest = now;
      }
      look(data, now);
      return now;
    }

    // Tells whoever wants it which message of which socket it was.
    #note(data, isSent, index, at) {
      bench.onMessage?.({ ...this.#socket, at, data, isSent, index });
    }

    #socket;
    #isOfKernel;
    #sent = 0;
    #received = 0;
  };
})();
