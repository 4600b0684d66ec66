// How a notebook opens: when it is asked for, when its first cell is painted and takes a
// key, and when the page is through with it. Times are from the navigation, in ms.
(() => {
  const { bench } = window;
  const opening = { asked: null, cell: null, key: null, tasks: [] };
  // When there was a long task last, or the notebook got or lost an element that is no
  // part of what an output shows: that may go on for ever.
  let busy = 0;

  const isNotebook = ({ name }) => {
    const { pathname, searchParams } = new URL(name);
    const isFile = /\/api\/contents\/.*\.ipynb$/.test(pathname);
    return isFile && searchParams.get('content') === '1';
  };
  const requests = new PerformanceObserver(list => {
    const request = list.getEntries().find(isNotebook);
    if (request) {
      opening.asked = request.startTime;
      requests.disconnect();
    }
  });
  requests.observe({ type: 'resource', buffered: true });

  const note = entries => {
    for (const { startTime, duration } of entries) {
      opening.tasks.push({ startTime, duration });
      busy = Math.max(busy, startTime + duration);
    }
  };
  const tasks = new PerformanceObserver(list => note(list.getEntries()));
  tasks.observe({ type: 'longtask', buffered: true });

  const builds = new MutationObserver(records => {
    if (records.some(({ target }) => isBuilt(target))) {
      busy = performance.now();
    }
  });
  const isBuilt = target =>
    target.closest?.('.jp-Notebook') &&
    !target.closest('.jp-OutputArea-output');

  const lookForCell = async () => {
    const cell = document.querySelector('.jp-Notebook .jp-Cell');
    const { top, bottom } = cell?.getBoundingClientRect() ?? {};
    if (bottom > top && top < innerHeight && cell.textContent.trim() !== '') {
      opening.cell = await bench.painted();
    } else {
      requestAnimationFrame(lookForCell);
    }
  };

  // A key that an editor has taken is in its text.
  const lookForKey = async ({ key }) => {
    const editor = document.activeElement?.closest('.jp-Notebook .cm-content');
    const before = editor?.textContent.length;
    const now = await bench.painted();
    if (key.length === 1 && editor?.textContent.length > before) {
      opening.key ??= now;
    }
  };
  addEventListener('keydown', lookForKey, true);
  addEventListener('DOMContentLoaded', () => {
    builds.observe(document.body, { childList: true, subtree: true });
    void lookForCell();
  });

  bench.opening = () => opening;

  // Where the first editor is that can be clicked, if there is one.
  bench.firstEditor = () => {
    const editor = document.querySelector(
      '.jp-Notebook .jp-CodeCell .cm-content'
    );
    return bench.middleOf(editor);
  };

  bench.middleOf = node => {
    const { left, top, width, height } = node?.getBoundingClientRect() ?? {};
    const [x, y] = [left + width / 2, top + height / 2];
    return height > 0 && node.contains(document.elementFromPoint(x, y))
      ? { x, y }
      : null;
  };

  // Resolves with when the page was through, once it has been for so long, and has had
  // time that it did not use: on a busy machine it may only have to wait.
  bench.through = quiet =>
    new Promise(resolve => {
      let idle = 0;
      const noteIdle = () => {
        idle = performance.now();
      };
      const look = () => {
        // This may be called sooner than what observes the task before it.
        note(tasks.takeRecords());
        requestIdleCallback(noteIdle);
        if (performance.now() - busy > quiet && idle > busy + quiet / 2) {
          builds.disconnect();
          removeEventListener('keydown', lookForKey, true);
          resolve(busy);
        } else {
          setTimeout(look, 100);
        }
      };
      look();
    });
})();
