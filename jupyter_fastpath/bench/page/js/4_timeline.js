// How a flood goes: what the page has been given, and what of it is shown.
(() => {
  const { bench } = window;
  const EACH = 100;

  // The number of the last whole line that ends in this below a cell.
  const lastLine = (index, end) => {
    const text = bench.textNode(index, false)?.data ?? '';
    const at = text.lastIndexOf(end);
    const begin = text.lastIndexOf('\n', at) + 1;
    const number = parseInt(text.slice(begin, at), 10);
    return Number.isNaN(number) ? null : number;
  };

  // Notes each tenth of a second when it is on the clock of the kernel, the bytes that
  // have come since now, and the last line that is painted, until `bench.followed`.
  bench.follow = (index, end) => {
    const before = bench.received;
    const points = [];
    let isOn = true;
    const go = async () => {
      for (let due = 0; isOn; ) {
        const now = await bench.painted();
        if (now >= due) {
          const line = lastLine(index, end);
          points.push([bench.epoch(now), bench.received - before, line]);
          due = now + EACH;
        }
      }
    };
    void go();
    bench.followed = () => {
      isOn = false;
      return points;
    };
  };
})();
