import { ServerClock } from '../../core/serverClock';

describe('ServerClock', () => {
  it('goes by what was the least time on its way', () => {
    const clock = new ServerClock();
    clock.heard(100, 1003);
    expect(clock.at(1003)).toBe(100);
    clock.heard(110, 1011);
    clock.heard(120, 1029);

    expect(clock.at(1030)).toBe(129);
  });

  it('has the time of the page as long as nothing is known', () => {
    const clock = new ServerClock();
    clock.heard(100, 1000);
    clock.forget();

    expect(clock.at(1000)).toBe(1000);
  });
});
