import { durationOf, pauseBefore, timeOf } from '../../core/durations';

describe('durationOf', () => {
  it.each([
    [0, '0 ms'],
    [0.0125, '13 ms'],
    [0.9994, '999 ms'],
    [0.9996, '1.0 s'],
    [1.25, '1.2 s'],
    [9.99, '9.9 s'],
    [10, '10 s'],
    [59.9, '59 s'],
    [60, '1 min 0 s'],
    [3599.9, '59 min 59 s'],
    [3600, '1 h 0 min'],
    [7325, '2 h 2 min']
  ])('says of %d seconds %s', (seconds, words) => {
    expect(durationOf(seconds)).toBe(words);
  });
});

describe('timeOf', () => {
  it.each([
    [-1, '0.0 s'],
    [0.29, '0.2 s'],
    [0.3, '0.3 s']
  ])('says of %d seconds %s', (seconds, words) => {
    expect(timeOf(seconds)).toBe(words);
  });
});

describe('pauseBefore', () => {
  it('is a tenth of a second at the beginning, and up to the next second later', () => {
    expect(pauseBefore([])).toBeNull();
    expect(pauseBefore([0.1])).toBe(100);
    expect(pauseBefore([20.25])).toBe(750);
    expect(pauseBefore([20.25, 9])).toBe(100);
    expect(pauseBefore([20.999])).toBe(20);
  });
});
