import { markOf } from '../../core/runMark';

describe('markOf', () => {
  it.each([
    ['queued', null, true, 'queued'],
    ['running', null, false, 'running'],
    ['done', 'ok', true, 'away'],
    ['done', 'error', true, 'away'],
    ['done', 'ok', false, null],
    ['done', 'lost', true, 'lost'],
    ['done', 'kernel_died', false, 'lost'],
    ['done', 'kernel_restarted', true, 'lost']
  ] as const)(
    'tells of %s, %s, owner %s: %s',
    (state, status, is_owner, mark) => {
      expect(markOf({ state, status, is_owner })).toBe(mark);
    }
  );
});
