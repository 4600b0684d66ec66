import { isVirtualized, wantedBy } from '../../core/virtualization';

describe('isVirtualized', () => {
  it.each([
    ['auto', 149, false],
    ['auto', 150, true],
    ['on', 1, true],
    ['off', 5000, false]
  ] as const)('wanted %s, with %d cells: %s', (wanted, cells, expected) => {
    expect(isVirtualized({ cells, many: 150, wanted })).toBe(expected);
  });
});

describe('wantedBy', () => {
  it.each([
    ['?fastpath_virtualization=on', 'on'],
    ['?token=a&fastpath_virtualization=off', 'off'],
    ['?fastpath_virtualization=maybe', null],
    ['', null]
  ])('reads %s', (search, expected) => {
    expect(wantedBy(search)).toBe(expected);
  });
});
