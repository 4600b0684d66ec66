// Whether outputs keep their state: the node, the window, the picture, and what somebody
// has opened.
(() => {
  const { bench } = window;
  // How long an output may take to load, in ms.
  const PATIENCE = 3000;
  const marked = new Map();

  const pictureOf = canvas =>
    canvas
      .getContext('2d')
      .getImageData(0, 0, canvas.width, canvas.height)
      .data.join();
  const countOf = node => Number(node.querySelector('b').textContent);

  // For each kind: what somebody does with it, and whether it is as it was then.
  const KINDS = {
    iframe: {
      isLoaded: node => node.contentDocument?.querySelector('b'),
      mark: node => {
        node.contentWindow.benchMark = node.id;
        return { node, number: countOf(node.contentDocument) };
      },
      isKept: (node, before) =>
        node === before.node &&
        node.contentWindow.benchMark === node.id &&
        countOf(node.contentDocument) >= before.number
    },
    script: {
      mark: node => ({ node, number: countOf(node) }),
      isKept: (node, before) =>
        node === before.node && countOf(node) >= before.number
    },
    canvas: {
      mark: node => {
        node.getContext('2d').fillRect(220, 10, 70, 70);
        return { node, picture: pictureOf(node) };
      },
      isKept: (node, before) =>
        node === before.node && pictureOf(node) === before.picture
    },
    details: {
      mark: node => {
        node.open = true;
        return {};
      },
      isKept: node => node.open
    }
  };

  // Returns whether the output is there, so that it could be marked.
  bench.mark = async (kind, id) => {
    const { mark, isLoaded = Boolean } = KINDS[kind];
    const end = performance.now() + PATIENCE;
    while (performance.now() < end) {
      const node = document.getElementById(id);
      if (node !== null && isLoaded(node)) {
        marked.set(id, mark(node));
        return true;
      }
      await bench.frame();
    }
    return false;
  };

  bench.isKept = (kind, id) => {
    const [node, before] = [document.getElementById(id), marked.get(id)];
    return node !== null && !!before && KINDS[kind].isKept(node, before);
  };

  // How often the script of each output ran.
  bench.runs = () => window.benchRuns ?? {};

  // Has the script of an output find another one.
  bench.meet = (id, other) => {
    document.getElementById(id)?.click();
    return bench.hasMet(id, other);
  };
  bench.hasMet = (id, other) =>
    document.getElementById(other)?.dataset.met === id;
})();
