// Whether what is in view stays where it is, whatever happens elsewhere.
(() => {
  const { bench } = window;
  const { frame } = bench;
  // For how long nothing moves any more, and how long that may take, in ms. JupyterLab
  // puts cells into the page when it has nothing else to do.
  const STILL = 1500;
  const PATIENCE = 10_000;
  // Cells have margins between them.
  const NEAR = [0, -8, 8, -16, 16];

  const topOf = node =>
    node.getBoundingClientRect().top -
    bench.viewport().getBoundingClientRect().top;

  const cellInTheMiddle = () => {
    const { left, top, width, height } = bench
      .viewport()
      .getBoundingClientRect();
    return NEAR.map(more =>
      document
        .elementFromPoint(left + width / 2, top + height / 2 + more)
        ?.closest('.jp-Notebook .jp-Cell')
    ).find(Boolean);
  };

  // Looks from now on at how far the cell in the middle moves.
  bench.hold = () => {
    const node = cellInTheMiddle();
    const top = topOf(node);
    const found = { shift: 0, worst: 0 };
    let moved = performance.now();
    const stop = bench.eachLayout(() => {
      const shift = Math.abs(topOf(node) - top);
      if (Math.abs(shift - found.shift) >= 0.5) {
        moved = performance.now();
      }
      found.shift = shift;
      found.worst = Math.max(found.worst, shift);
    });
    // Resolves with how far it is away, and was at the worst, when it stands still.
    bench.held = async () => {
      const begin = performance.now();
      moved = begin;
      for (let now = begin; now - moved < STILL && now - begin < PATIENCE;) {
        await frame();
        now = performance.now();
      }
      stop();
      return found;
    };
  };

  // Scrolls so far in each frame, and returns the times of the frames, and how much more
  // a cell moved at the worst.
  bench.drift = async (steps, step) => {
    const view = bench.viewport();
    let [node, expected, worst] = [null, 0, 0];
    const stop = bench.eachLayout(() => {
      if (node?.isConnected) {
        worst = Math.max(worst, Math.abs(topOf(node) - expected));
      }
      node = cellInTheMiddle();
      expected = node ? topOf(node) : 0;
    });
    const times = [await frame()];
    for (let count = 0; count < steps; count += 1) {
      const before = view.scrollTop;
      view.scrollTop += step;
      expected -= view.scrollTop - before;
      times.push(await frame());
    }
    await bench.painted();
    stop();
    return { times, worst };
  };

  const model = () => bench.content().model.sharedModel;
  const inserted = number => ({
    cell_type: 'code',
    metadata: {},
    outputs: [],
    source: `# inserted ${number}\n`.repeat(4)
  });

  // What a collaborator does to the document.
  bench.insert = (index, count) => {
    const cells = Array.from({ length: count }, (_, i) => inserted(i));
    model().insertCells(index, cells);
  };
  bench.remove = (index, count) => {
    model().deleteCellRange(index, index + count);
  };
  bench.move = (from, to) => {
    model().moveCell(from, to);
  };

  // What somebody does in the notebook with the cell that they are at.
  bench.command = async (index, id) => {
    bench.content().activeCellIndex = index;
    await window.jupyterapp.commands.execute(id);
  };
})();
