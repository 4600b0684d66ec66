import { durationOf, timeOf } from './durations';
import { askedAt, type IRunRecord } from './kernelTopics';

/**
 * The newest run of each cell.
 */
export class CellRuns {
  /**
   * Take what is told of a run, and return whether that is the newest of its cell.
   */
  take(run: IRunRecord): boolean {
    if (run.cell_id === null) {
      return false;
    }
    const known = this._runs.get(run.cell_id);
    const isOlder =
      known !== undefined &&
      known.run_id !== run.run_id &&
      askedAt(known) > askedAt(run);
    if (!isOlder) {
      this._runs.set(run.cell_id, run);
    }
    return !isOlder;
  }

  /**
   * Return the newest run of a cell; null if none is known.
   */
  get(cellId: string): IRunRecord | null {
    return this._runs.get(cellId) ?? null;
  }

  /**
   * Forget the run of a cell.
   */
  delete(cellId: string): void {
    this._runs.delete(cellId);
  }

  /** The cells whose runs wait or go on, with these runs. */
  get open(): readonly (readonly [string, IRunRecord])[] {
    return [...this._runs].filter(([, run]) => run.state !== 'done');
  }

  private readonly _runs = new Map<string, IRunRecord>();
}

/**
 * Return for how many seconds a run has been going on; null if it does not.
 */
export function elapsedOf(run: IRunRecord, now: number): number | null {
  return run.state === 'running' && run.ts_kernel_start !== null
    ? Math.max(now - run.ts_kernel_start, 0)
    : null;
}

/**
 * Return what is told of a run in few characters, at *now* of the server: its place in the
 * queue, or for how long it has been going on, or how long it took; nothing if none is
 * known.
 */
export function labelOf(run: IRunRecord, now: number): string {
  const elapsed = elapsedOf(run, now);
  if (elapsed !== null) {
    return timeOf(elapsed);
  }
  if (run.state === 'queued' && run.position !== null) {
    return `#${run.position.toString()}`;
  }
  return run.duration === null ? '' : durationOf(run.duration);
}
