import { ScrollFrames } from '../../core/scrollFrames';

/** Make a frame every so many milliseconds while it moves, and then without. */
function scroll(
  frames: ScrollFrames,
  moving: number,
  { start = 1000, pause = 20 } = {}
): number {
  let now = start;
  for (let index = 0; index < moving; index++) {
    frames.moved(now);
    frames.frame(now);
    now += pause;
  }
  while (frames.frame(now)) {
    now += pause;
  }
  return now;
}

describe('ScrollFrames', () => {
  it('counts nothing while nothing moves', () => {
    const frames = new ScrollFrames();

    expect([frames.count, frames.longCount, frames.rate]).toEqual([0, 0, null]);
  });

  it('counts from one frame that has moved to the next, and no others', () => {
    const frames = new ScrollFrames();
    scroll(frames, 21);

    expect([frames.count, frames.longCount, frames.rate]).toEqual([20, 0, 50]);
  });

  it('asks for frames only while it moves on', () => {
    const frames = new ScrollFrames();

    expect(frames.moved(1000)).toBe(false);
    expect(frames.moved(1150)).toBe(false);
    expect(frames.moved(1160)).toBe(true);
    expect(frames.moved(1500)).toBe(false);
  });

  it('goes on over frames that have not moved, as long as they are few', () => {
    const frames = new ScrollFrames();
    const moves = [true, false, false, true, false, true];
    const goesOn = moves.map((hasMoved, index) => {
      const now = 1000 + 40 * index;
      if (hasMoved) {
        frames.moved(now);
      }
      return frames.frame(now);
    });

    expect(goesOn).toEqual(moves.map(() => true));
    expect(frames.count).toBe(5);
    expect(frames.frame(1200 + 149)).toBe(true);
    expect(frames.frame(1200 + 150)).toBe(false);
    expect(frames.count).toBe(5);
  });

  it('counts as long what takes more than 50 ms, if it moves after that', () => {
    const frames = new ScrollFrames();
    for (const now of [0, 50, 101, 200]) {
      frames.moved(now);
      frames.frame(now);
    }
    frames.frame(280);

    expect([frames.count, frames.longCount]).toEqual([3, 2]);
  });

  it('goes on where a frame took so long that it looks like the end', () => {
    const frames = new ScrollFrames();
    frames.moved(0);
    frames.frame(0);
    frames.moved(2990);

    expect(frames.frame(3000)).toBe(true);
    expect([frames.count, frames.longCount]).toEqual([1, 1]);
  });

  it('knows how fast the last scroll was, if that was long enough', () => {
    const frames = new ScrollFrames();
    const end = scroll(frames, 21);
    scroll(frames, 5, { start: end + 5000 });
    expect([frames.count, frames.rate]).toEqual([24, 50]);
    scroll(frames, 11, { start: end + 9000, pause: 40 });

    expect([frames.count, frames.rate]).toEqual([34, 25]);
  });
});
