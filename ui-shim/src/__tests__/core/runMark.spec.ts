import { markOf } from '../../core/runMark';

describe('markOf', () => {
  it.each([
    ['queued', null, false, 'queued'],
    ['running', null, true, 'running'],
    ['done', 'ok', false, 'away'],
    ['done', 'error', false, 'away'],
    ['done', 'ok', true, null],
    ['done', 'lost', false, 'lost'],
    ['done', 'kernel_died', true, 'lost'],
    ['done', 'kernel_restarted', false, 'lost']
  ] as const)(
    'tells of %s, %s, seen %s: %s',
    (state, status, is_seen, mark) => {
      expect(markOf({ state, status, is_seen })).toBe(mark);
    }
  );
});
