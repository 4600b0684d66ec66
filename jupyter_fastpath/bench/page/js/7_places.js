// A large notebook scrolled through, the places in it, and how much of it is in the DOM.
(() => {
  const { bench } = window;
  const { frame } = bench;
  // How long what was gone to may take to come into view, in ms, and for how many frames
  // it has to stay there.
  const PATIENCE = 3000;
  const STILL = 3;
  const PAINTED = { contentVisibilityAuto: true, opacityProperty: true };

  const content = () => window.jupyterapp.shell.currentWidget.content;
  const nodeAt = index => content().widgets[index].node;
  const viewport = () =>
    bench.viewportOf(content().node.querySelector('.jp-Cell'));
  Object.assign(bench, { content, nodeAt, viewport });

  // A part of a text is in view that is painted: Markdown is there once more, hidden.
  const isShown = (node, text) => {
    if (!node.parentElement.checkVisibility(PAINTED)) {
      return false;
    }
    const range = new Range();
    const start = node.data.indexOf(text);
    range.setStart(node, start);
    range.setEnd(node, start + text.length);
    const { top, bottom } = range.getBoundingClientRect();
    const border = viewport().getBoundingClientRect();
    return bottom > top && top >= border.top - 1 && bottom <= border.bottom + 1;
  };

  const isInView = (index, text) => {
    const walker = document.createTreeWalker(
      nodeAt(index),
      NodeFilter.SHOW_TEXT
    );
    while (walker.nextNode()) {
      const node = walker.currentNode;
      if (node.data.includes(text) && isShown(node, text)) {
        return true;
      }
    }
    return false;
  };

  // Goes to a cell, and returns whether it is shown: all its markers are in view, and
  // stay there.
  bench.goTo = async (index, markers) => {
    let isThere = false;
    void content()
      .scrollToItem(index, 'start')
      .then(() => (isThere = true));
    const end = performance.now() + PATIENCE;
    let still = 0;
    while (still < STILL && performance.now() < end) {
      await frame();
      const isSeen = isThere && markers.every(each => isInView(index, each));
      still = isSeen ? still + 1 : 0;
    }
    return still === STILL;
  };

  bench.editorAt = index =>
    bench.middleOf(nodeAt(index).querySelector('.cm-content'));

  bench.counts = () => ({
    nodes: document.querySelectorAll('*').length,
    cells: content().node.querySelectorAll('.jp-Cell').length,
    editors: content().node.querySelectorAll('.cm-editor').length
  });

  // Scrolls to a part of the whole, in so many steps, one a frame, or in as many as there
  // is time for, in ms, and then at once. Returns the times of the frames. Heights that
  // were guessed become true meanwhile.
  bench.glide = async (share, steps, patience) => {
    const view = viewport();
    const times = [await frame()];
    const end = performance.now() + patience;
    for (let left = steps; left > 0; left -= 1) {
      const target = share * (view.scrollHeight - view.clientHeight);
      const isLate = performance.now() > end;
      view.scrollTop += (target - view.scrollTop) / (isLate ? 1 : left);
      times.push(await frame());
      if (isLate) {
        break;
      }
    }
    await bench.painted();
    return times;
  };

  // Scrolls so, and returns at how many places of how many there was no cell, when a
  // frame was about to be painted.
  bench.blanks = async (...going) => {
    const { left, top, width, height } = viewport().getBoundingClientRect();
    const found = { blank: 0, all: 0 };
    const stop = bench.eachLayout(() => {
      for (const part of [0.1, 0.3, 0.5, 0.7, 0.9]) {
        const y = top + part * height;
        // Cells have margins between them.
        const nodes = [y, y + 16].map(each =>
          document.elementFromPoint(left + width / 2, each)
        );
        found.all += 1;
        found.blank += nodes.some(node => node?.closest('.jp-Cell')) ? 0 : 1;
      }
    });
    await bench.glide(...going);
    stop();
    return found;
  };

  bench.jumpToTop = async () => {
    viewport().scrollTop = 0;
    await bench.painted();
  };
})();
