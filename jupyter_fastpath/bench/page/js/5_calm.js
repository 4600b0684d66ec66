// Whether what is shown below a cell stays while more comes: nothing is taken away that
// is shown afterwards, nothing shrinks, nothing is empty in between.
(() => {
  const { bench } = window;

  // "1..." is no part of "11...".
  const isPart = (text, whole) => {
    const at = whole.indexOf(text);
    return at === 0 || (at > 0 && !/\w/.test(whole[at - 1]));
  };

  const textsIn = node => {
    const walker = document.createTreeWalker(node, NodeFilter.SHOW_TEXT);
    const texts = node.nodeType === Node.TEXT_NODE ? [node] : [];
    while (walker.nextNode()) {
      texts.push(walker.currentNode);
    }
    return texts.filter(text => text.data.trim() !== '');
  };

  const isBlank = area =>
    area.textContent.trim() === '' &&
    ![...area.querySelectorAll('img')].some(image => image.naturalHeight > 0);

  // Calls back in each frame when its layout is done, before it is painted: a node
  // that changes its size in each frame is observed.
  bench.eachLayout = callback => {
    const node = document.createElement('div');
    node.style.cssText = 'position:fixed;top:0;left:0;height:1px;contain:strict';
    document.body.append(node);
    const observer = new ResizeObserver(callback);
    observer.observe(node);
    let isWide = false;
    let isOn = true;
    const tick = () => {
      isWide = !isWide;
      node.style.width = isWide ? '2px' : '1px';
      if (isOn) {
        requestAnimationFrame(tick);
      }
    };
    requestAnimationFrame(tick);
    return () => {
      isOn = false;
      observer.disconnect();
      node.remove();
    };
  };

  bench.calm = index => {
    const area = bench
      .cellAt(index)
      .querySelector('.jp-Cell-outputWrapper .jp-OutputArea');
    const outputs = () => bench.outputsOf(index);
    const found = { frames: 0, removals: 0, shrinks: 0, blinks: 0 };
    // The text nodes that were painted: of others nobody has seen anything.
    const seen = new WeakSet();
    let height = 0;
    let wasShown = false;

    const observer = new MutationObserver(records => {
      const whole = outputs().map(output => output.textContent).join('');
      const removed = records
        .flatMap(({ removedNodes }) => [...removedNodes].flatMap(textsIn))
        .filter(text => seen.has(text) && isPart(text.data, whole));
      found.removals += removed.length;
    });
    observer.observe(area, { childList: true, subtree: true });

    const stop = bench.eachLayout(() => {
      const now = area.getBoundingClientRect().height;
      const isShown = !isBlank(area);
      textsIn(area).forEach(text => seen.add(text));
      found.frames += 1;
      found.shrinks += now < height - 0.5 ? 1 : 0;
      found.blinks += wasShown && !isShown ? 1 : 0;
      height = now;
      wasShown ||= isShown;
    });

    bench.calmed = () => {
      stop();
      observer.disconnect();
      return found;
    };
  };
})();
