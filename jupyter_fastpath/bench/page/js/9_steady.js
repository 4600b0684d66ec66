// Whether what is in view stays where it is, whatever happens elsewhere.
(() => {
  const { bench } = window;
  const { frame } = bench;
  // In how many frames nothing moves any more, and how long that may take, in ms.
  const STILL = 20;
  const PATIENCE = 5000;
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
    let still = 0;
    const stop = bench.eachLayout(() => {
      const shift = Math.abs(topOf(node) - top);
      still = Math.abs(shift - found.shift) < 0.5 ? still + 1 : 0;
      found.shift = shift;
      found.worst = Math.max(found.worst, shift);
    });
    // Resolves with how far it is away, and was at the worst, when it stands still.
    bench.held = async () => {
      const end = performance.now() + PATIENCE;
      still = 0;
      while (still < STILL && performance.now() < end) {
        await frame();
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
