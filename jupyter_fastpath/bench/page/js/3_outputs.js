// What is shown below a cell, as JupyterLab has it in the DOM whoever renders it.
(() => {
  const { bench } = window;

  const cellAt = index =>
    document.querySelectorAll('.jp-Notebook .jp-Cell')[index];
  const outputsOf = index => [
    ...(cellAt(index)?.querySelectorAll(
      '.jp-OutputArea-output[data-mime-type]'
    ) ?? [])
  ];

  // The text node below a node that is not blank, the first or the last.
  const textBelow = (node, isFirst) => {
    if (node.nodeType === Node.TEXT_NODE) {
      return node.data.trim() === '' ? null : node;
    }
    let child = isFirst ? node.firstChild : node.lastChild;
    while (child !== null) {
      const found = textBelow(child, isFirst);
      if (found !== null) {
        return found;
      }
      child = isFirst ? child.nextSibling : child.previousSibling;
    }
    return null;
  };
  const textNode = (index, isFirst) => {
    const outputs = isFirst ? outputsOf(index) : outputsOf(index).reverse();
    for (const output of outputs) {
      const found = textBelow(output, isFirst);
      if (found !== null) {
        return found;
      }
    }
    return null;
  };
  Object.assign(bench, { cellAt, outputsOf, textNode });

  bench.changed = 0;
  addEventListener('DOMContentLoaded', () => {
    const observer = new MutationObserver(records => {
      if (records.some(({ target }) => isOutput(target))) {
        bench.changed = performance.now();
        bench.onChange?.();
      }
    });
    observer.observe(document.body, {
      attributes: true,
      characterData: true,
      childList: true,
      subtree: true
    });
  });
  const isOutput = target =>
    (target.closest ? target : target.parentElement)?.closest(
      '.jp-OutputArea'
    );

  // Resolves when the first text below a cell has this at its beginning, and it is
  // painted. When it came into the DOM is in `bench.inserted`.
  bench.shown = (index, text) =>
    new Promise(resolve => {
      bench.onChange = () => {
        const node = textNode(index, true);
        if (node?.data.trimStart().startsWith(text)) {
          bench.onChange = null;
          bench.inserted = bench.changed;
          void bench.painted().then(resolve);
        }
      };
    });

  bench.state = index => {
    const now = performance.now();
    const prompt = cellAt(index).querySelector('.jp-InputPrompt').textContent;
    return {
      isFree: /\[\d+\]:/.test(prompt),
      quiet: (now - Math.max(bench.changed, bench.latest)) / 1000,
      changed: bench.epoch(bench.changed)
    };
  };

  // What JupyterLab would save of a cell's stdout.
  bench.saved = index => {
    const { model } = window.jupyterapp.shell.currentWidget.content;
    return model.cells
      .get(index)
      .outputs.toJSON()
      .filter(output => output.name === 'stdout')
      .map(({ text }) => (Array.isArray(text) ? text.join('') : text))
      .join('');
  };

  // How many lines there are that begin with their number and end in this, and
  // whether they are the first so many, in order.
  bench.lines = (index, end) => {
    const lines = bench.saved(index).split('\n');
    const good = lines.filter(line => /^\d+ /.test(line) && line.endsWith(end));
    const isOrdered = good.every((line, i) => line.startsWith(`${i} `));
    return { count: good.length, isOrdered };
  };

  bench.source = index =>
    window.jupyterapp.shell.currentWidget.content.model.cells.get(index)
      .sharedModel.source;
})();
