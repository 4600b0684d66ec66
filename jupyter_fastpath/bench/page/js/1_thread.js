// What the main thread was busy with: its frames, its long tasks, the keys it painted.
(() => {
  const bench = (window.bench = { isWatching: false });
  const nothing = () => ({ frames: [], keys: [], presses: [], tasks: [] });
  Object.assign(bench, nothing());

  // Resolves when what is in the DOM now, or comes into it before the next frame, is
  // painted: a task that is posted in a frame runs after its style, layout and paint.
  bench.painted = () =>
    new Promise(resolve => {
      requestAnimationFrame(() => {
        const { port1, port2 } = new MessageChannel();
        port1.onmessage = () => resolve(performance.now());
        port2.postMessage(null);
      });
    });

  // The clock of the kernel.
  bench.epoch = now => (performance.timeOrigin + now) / 1000;

  const tick = now => {
    if (bench.isWatching) {
      bench.frames.push(now);
      requestAnimationFrame(tick);
    }
  };

  const tasks = new PerformanceObserver(list => note(list.getEntries()));
  const note = entries => {
    if (bench.isWatching) {
      bench.tasks.push(...entries.map(entry => entry.duration));
    }
  };
  tasks.observe({ type: 'longtask' });

  // The browser's own time of a key, which may have waited for the main thread.
  addEventListener(
    'keydown',
    event => {
      bench.pressed = event.timeStamp;
      if (bench.isWatching && event.key.length === 1) {
        const { timeStamp } = event;
        void bench.painted().then(now => {
          bench.keys.push(now - timeStamp);
          bench.presses.push(bench.epoch(timeStamp));
        });
      }
    },
    true
  );

  bench.watch = () => {
    Object.assign(bench, nothing(), { isWatching: true });
    requestAnimationFrame(tick);
  };

  bench.watched = async () => {
    await bench.painted();
    note(tasks.takeRecords());
    bench.isWatching = false;
    const { frames, keys, presses, tasks: durations } = bench;
    return { frames, keys, presses, tasks: durations };
  };
})();
