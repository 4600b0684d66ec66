import { levelOf, UsageHistory } from '../../core/usageHistory';

describe('UsageHistory', () => {
  it('has its newest sample at the right, and its limit at the top', () => {
    const history = new UsageHistory();
    history.add(0);
    history.add(50);

    expect(history.points(59, 10, 100)).toBe('58.0,10.0 59.0,5.0');
    expect(history.points(59, 10, null)).toBe('58.0,10.0 59.0,0.0');
    expect(history.points(59, 10, 25)).toBe('58.0,10.0 59.0,0.0');
  });

  it('keeps 60 samples, and none when it is cleared', () => {
    const history = new UsageHistory();
    for (let bytes = 0; bytes < 100; bytes++) {
      history.add(bytes);
    }
    expect(history.points(59, 99, null).split(' ')).toHaveLength(60);
    expect(history.points(59, 99, null)).toMatch(/^0\.0,59\.0 /u);
    history.clear();

    expect(history.points(59, 99, null)).toBe('');
  });
});

describe('levelOf', () => {
  it.each([
    [79, 'normal'],
    [80, 'high'],
    [94, 'high'],
    [95, 'full'],
    [200, 'full']
  ])('says of %d of 100 bytes %s', (bytes, level) => {
    expect(levelOf(bytes, 100)).toBe(level);
  });

  it('says nothing without a limit', () => {
    expect(levelOf(1e12, null)).toBe('normal');
  });
});
