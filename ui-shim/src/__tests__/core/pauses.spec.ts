import { Pauses } from '../../core/pauses';

describe('Pauses', () => {
  it('doubles up to a minute, and begins anew', () => {
    const pauses = new Pauses();
    const first = Array.from({ length: 8 }, () => pauses.next(1));
    pauses.forget();

    expect(first).toEqual([1, 2, 4, 8, 16, 32, 60, 60].map(s => s * 1000));
    expect(pauses.next(0)).toBe(500);
  });
});
