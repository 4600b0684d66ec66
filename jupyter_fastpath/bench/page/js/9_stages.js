// What was said to the kernel and by it in one run, and when, as the page had it.
(() => {
  const { bench } = window;
  // Longer ones are none of a short run.
  const MOST = 20_000;
  const CHANNELS = /\/api\/kernels\/[^/]+\/channels/;

  const encoded = data => btoa(String.fromCharCode(...new Uint8Array(data)));

  let messages = [];
  let painted = 0;

  const keep = message => {
    const { address, data } = message;
    const isShort = data instanceof ArrayBuffer && data.byteLength <= MOST;
    if (isShort && CHANNELS.test(address)) {
      messages.push(message);
    }
  };

  // Keeps what passes until `bench.staged`, and resolves like `bench.shown`.
  bench.stage = async (index, text) => {
    messages = [];
    bench.onMessage = keep;
    painted = await bench.shown(index, text);
    return painted;
  };

  bench.staged = () => {
    bench.onMessage = null;
    return {
      pressed: bench.epoch(bench.pressed),
      inserted: bench.epoch(bench.inserted),
      painted: bench.epoch(painted),
      messages: messages.map(({ at, data, ...rest }) => ({
        ...rest,
        at: bench.epoch(at),
        data: encoded(data)
      }))
    };
  };

  bench.now = () => bench.epoch(performance.now());
})();
