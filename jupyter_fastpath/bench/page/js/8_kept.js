// Whether outputs keep their state: the node, the window, the picture, what somebody has
// opened, and that no script ran twice.
(() => {
  const { bench } = window;
  const marked = new Map();

  const pictureOf = canvas =>
    canvas
      .getContext('2d')
      .getImageData(0, 0, canvas.width, canvas.height)
      .data.join();
  const numberIn = node => Number(node?.querySelector('b')?.textContent);

  // For each kind: what somebody does with it, and whether it is still as it was.
  const KINDS = {
    iframe: {
      mark: node => {
        node.contentWindow.benchMark = node.id;
        return { number: numberIn(node.contentDocument) };
      },
      isKept: (node, { number }) =>
        node.contentWindow.benchMark === node.id &&
        numberIn(node.contentDocument) >= number
    },
    script: {
      mark: node => ({ number: numberIn(node) }),
      isKept: (node, { number }) => numberIn(node) >= number
    },
    canvas: {
      mark: node => {
        node.getContext('2d').fillRect(220, 10, 70, 70);
        return { picture: pictureOf(node) };
      },
      isKept: (node, { picture }) => pictureOf(node) === picture
    },
    details: {
      mark: node => {
        node.open = true;
        return {};
      },
      isKept: node => node.open
    }
  };

  // Marks an output that is in the DOM, and returns whether it is.
  bench.mark = (kind, id) => {
    const node = document.getElementById(id);
    if (node === null) {
      return false;
    }
    marked.set(id, { node, ...KINDS[kind].mark(node) });
    return true;
  };

  bench.kept = (kind, id) => {
    const node = document.getElementById(id);
    const before = marked.get(id);
    return {
      isSame: node !== null && node === before?.node,
      isKept: node !== null && !!before && KINDS[kind].isKept(node, before)
    };
  };

  // How often the script of each output ran.
  bench.runs = () => window.benchRuns ?? {};
})();
