/** What the prompt of a cell tells of its run, besides its number. */
export type RunMark = 'queued' | 'running' | 'away' | 'lost';

const LOST = new Set(['lost', 'kernel_died', 'kernel_restarted']);

/**
 * Return what the prompt tells of a run that is taken up in this state; null if there
 * is nothing to tell, since another page has seen how it ended.
 */
export function markOf(run: {
  readonly state: 'queued' | 'running' | 'done';
  readonly status: string | null;
  readonly is_seen: boolean;
}): RunMark | null {
  if (run.state !== 'done') {
    return run.state;
  }
  if (run.status !== null && LOST.has(run.status)) {
    return 'lost';
  }
  return run.is_seen ? null : 'away';
}
