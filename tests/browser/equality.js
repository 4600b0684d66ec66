/* What test_equality.py does in a page: it makes `equality` there. */
window.equality = (() => {
  // Milliseconds after which text that does not go on is not waited for.
  const PATIENCE = 5_000;

  const STDOUT =
    '.jp-OutputArea-output[data-mime-type="application/vnd.jupyter.stdout"]';

  // Such links are no links with us.
  const SCRIPT = /^(?:java|vb)script:/i;

  const notebook = () => window.jupyterapp.shell.currentWidget.content;
  const frame = () => new Promise(resolve => requestAnimationFrame(resolve));

  /** Return what is in a <pre>: texts, and how each is shown; see `Item` in Python. */
  function itemsOf(pre) {
    const items = [];
    let mayJoin = false;
    const add = node => {
      if (node.nodeName === 'A' && SCRIPT.test(node.href)) {
        mayJoin = true;
        node.childNodes.forEach(add);
        mayJoin = true;
        return;
      }
      const text = node.textContent;
      const shape = shapeOf(node);
      const last = items.at(-1);
      if (text !== '' && last?.[0] === shape && isOne(node)) {
        last[1] += text;
        last[3].push(...inside(node));
      } else if (text !== '') {
        items.push([shape, text, mayJoin, inside(node)]);
      }
      mayJoin &&= text === '';
    };
    for (const node of pre.childNodes) {
      if (node.classList?.contains('jp-fastpath-Block')) {
        node.childNodes.forEach(add);
        mayJoin = true;
      } else {
        add(node);
      }
    }
    return items;
  }

  /** Return the element without what is in it; nothing for a text. */
  function shapeOf(node) {
    return node.nodeType === Node.TEXT_NODE ? '' : node.cloneNode().outerHTML;
  }

  /** Whether neighbours of this shape are one: texts are, and what leads to one place. */
  function isOne(node) {
    return node.nodeType === Node.TEXT_NODE || node.nodeName === 'A';
  }

  /** Return what is in a link. */
  function inside(node) {
    return node.nodeName === 'A' ? itemsOf(node) : [];
  }

  function textOf(renderer) {
    return renderer.node.querySelector('pre')?.textContent ?? '';
  }

  /** Make renderers that are all near, one over the other, so that each frame serves them. */
  function createRenderers(models, types) {
    const host = document.createElement('div');
    host.style.cssText = 'position: fixed; inset: 0 0 auto; height: 50px;';
    document.body.append(host);
    return models.map((model, i) => {
      const renderer = notebook().rendermime.createRenderer(types[i]);
      renderer.node.style.cssText = 'position: absolute; inset: 0; overflow: auto;';
      host.append(renderer.node);
      void renderer.renderModel(model);
      return renderer;
    });
  }

  /** Return when each has its text; what does not get it is waited for but once. */
  async function textsHaveCome(renderers, texts, lost = new Set()) {
    let since = performance.now();
    const observer = new MutationObserver(() => {
      since = performance.now();
    });
    renderers.forEach(({ node }) => {
      observer.observe(node, { childList: true, subtree: true, characterData: true });
    });
    let areMissing = true;
    while (areMissing) {
      areMissing = false;
      for (const [i, one] of renderers.entries()) {
        // One in a frame: to look at all would take the time in which they come.
        while (!lost.has(one) && textOf(one) !== texts[i]) {
          areMissing = true;
          await frame();
          if (performance.now() > since + PATIENCE) {
            lost.add(one);
          }
        }
      }
    }
    observer.disconnect();
  }

  function itemsOfAll(renderers) {
    return renderers.map(({ node }) => itemsOf(node.querySelector('pre')));
  }

  /** Render each anew: what stock shows when a notebook is opened. */
  async function renderAnew(models, types) {
    const renderers = createRenderers(models, types);
    await Promise.all(renderers.map((one, i) => one.renderModel(models[i])));
    const items = itemsOfAll(renderers);
    renderers.forEach(one => one.dispose());
    return items;
  }

  /** Return models of streams that have nothing yet, and the type of each. */
  function createStreams(streams) {
    const { constructor: Outputs } = notebook().widgets[0].outputArea.model;
        const outputs = streams.map(() => new Outputs({ trusted: true }));
    const write = step => {
      streams.forEach((chunks, i) => {
        if (step < chunks.length) {
          const text = chunks[step];
          outputs[i].add({ output_type: 'stream', name: 'stdout', text });
        }
      });
    };
    const types = streams.map(() => 'application/vnd.jupyter.stdout');
    return { types, write, models: () => outputs.map(one => one.get(0)) };
  }

  const stepsOf = streams => Math.max(...streams.map(chunks => chunks.length));

  return {
    /** Return what is shown of *streams* after each step or the last one, shown anew. */
    async renderStreamsAnew([streams, isEach]) {
      const { types, write, models } = createStreams(streams);
      const steps = [];
      for (let step = 0; step < stepsOf(streams); step++) {
        write(step);
        if (isEach || step === stepsOf(streams) - 1) {
          steps.push(await renderAnew(models(), types));
        }
      }
      return steps;
    },

    /** Return the same of outputs that follow, when they show *texts*. */
    async renderStreams([streams, isEach, texts]) {
      const { types, write, models } = createStreams(streams);
      const steps = [];
      const lost = new Set();
      write(0);
      const renderers = createRenderers(models(), types);
      for (let step = 0; step < stepsOf(streams); step++) {
        if (step > 0) {
          write(step);
        }
        if (isEach || step === stepsOf(streams) - 1) {
          await textsHaveCome(renderers, texts[steps.length], lost);
          steps.push(itemsOfAll(renderers));
        } else {
          await frame();
        }
      }
      renderers.forEach(one => one.dispose());
      return steps;
    },

    /** Return what is shown of texts of *type* when it is *expected*, if that is given. */
    async renderTexts([texts, type, expected]) {
      const models = texts.map(text => ({
        data: { [type]: text },
        metadata: {},
        trusted: true
      }));
      const types = texts.map(() => type);
      if (expected === null) {
        return renderAnew(models, types);
      }
      const renderers = createRenderers(models, types);
      await textsHaveCome(renderers, expected);
      const items = itemsOfAll(renderers);
      renderers.forEach(one => one.dispose());
      return items;
    },

    /** Return what a cell shows of its standard output when that has these texts. */
    async itemsOfCell([index, texts]) {
      const { node } = notebook().widgets[index];
      const shown = Array.from(node.querySelectorAll(STDOUT), one => ({ node: one }));
      await textsHaveCome(shown, texts);
      return itemsOfAll(shown);
    },

    /** Return what a cell would show of its standard output when it is opened. */
    renderCellAnew(index) {
      const { model } = notebook().widgets[index].outputArea;
      const type = 'application/vnd.jupyter.stdout';
      const models = Array.from({ length: model.length }, (_, i) => model.get(i));
      const ours = models.filter(one => type in one.data);
      return renderAnew(ours, ours.map(() => type));
    },

    /** Select the outputs of cells, from the first to the last of these. */
    select([first, last]) {
      const nodes = notebook().node.querySelectorAll('.jp-OutputArea-output pre');
      const end = nodes[last];
      document.getSelection().setBaseAndExtent(nodes[first], 0, end, end.childNodes.length);
    }
  };
})();
