// Scrolling through the outputs of a cell, and what is at their end.
(() => {
  const { bench } = window;
  // Frames in which heights that were guessed may become true.
  const MOST = 120;

  const viewportOf = cell => {
    let node = cell.parentElement;
    while (!/auto|scroll/.test(getComputedStyle(node).overflowY)) {
      node = node.parentElement;
    }
    return node;
  };
  const areaOf = index =>
    bench.cellAt(index).querySelector('.jp-Cell-outputWrapper');
  const frame = () => new Promise(resolve => requestAnimationFrame(resolve));
  Object.assign(bench, { frame, viewportOf });

  // How far it is until the end of the outputs is at the end of the viewport.
  const rest = (viewport, area) =>
    area.getBoundingClientRect().bottom -
    viewport.getBoundingClientRect().bottom;

  bench.scrollToEnd = async index => {
    const [viewport, area] = [viewportOf(bench.cellAt(index)), areaOf(index)];
    let still = 0;
    for (let count = 0; count < MOST && still < 3; count += 1) {
      const before = viewport.scrollTop;
      viewport.scrollTop += rest(viewport, area);
      still = Math.abs(viewport.scrollTop - before) < 1 ? still + 1 : 0;
      await frame();
    }
    await bench.painted();
  };

  // Goes from the top of a cell to the end of its outputs in so many steps, one a
  // frame, and returns the times of the frames.
  bench.scroll = async (index, steps) => {
    const [viewport, area] = [viewportOf(bench.cellAt(index)), areaOf(index)];
    viewport.scrollTop = 0;
    await bench.painted();
    const times = [await frame()];
    for (let left = steps; left > 0; left -= 1) {
      viewport.scrollTop += rest(viewport, area) / left;
      times.push(await frame());
    }
    await bench.scrollToEnd(index);
    return times;
  };

  // Is this the end of the text below a cell, and can it be seen?
  bench.endsInView = (index, end) => {
    const node = bench.textNode(index, false);
    // A line may be in several text nodes.
    const output = node?.parentElement.closest('.jp-OutputArea-output');
    if (!output?.textContent.trimEnd().endsWith(end)) {
      return false;
    }
    const { length } = node.data.trimEnd();
    const range = new Range();
    range.setStart(node, length - 1);
    range.setEnd(node, length);
    const { top, bottom } = range.getBoundingClientRect();
    return bottom > top && top >= 0 && bottom <= innerHeight;
  };
})();
