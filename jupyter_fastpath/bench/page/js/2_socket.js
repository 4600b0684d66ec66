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

  window.WebSocket = class extends WebSocket {
    constructor(...args) {
      super(...args);
      // The first listener, so that the page has not worked on it yet.
      this.addEventListener('message', event => {
        bench.received += sizeOf(event.data);
        look(event.data);
      });
    }

    send(data) {
      look(data);
      super.send(data);
    }
  };
})();
