import type { IRunRecord } from './core/kernelTopics';
import { durationOf } from './core/durations';
import { sizeOf } from './core/sizes';
import type { RunWords } from './runWords';

/** What is told of all runs in one column of a table. */
export interface IRunColumn {
  /** By which it is known to the style sheet. */
  readonly name: string;

  /** What stands above it. */
  readonly label: string;

  /** What that means. */
  readonly caption: string;

  /** Return what is told of a run. */
  readonly textOf: (run: IRunRecord) => string;
}

/**
 * Return the columns of a table of runs, but for the cell and how it stands.
 */
export function runColumns({ trans }: RunWords): readonly IRunColumn[] {
  return [
    {
      name: 'duration',
      label: trans.__('Duration'),
      caption: trans.__('For how long the kernel was busy with it'),
      textOf: run => secondsOf(run.duration)
    },
    {
      name: 'first',
      label: trans.__('First output'),
      caption: trans.__(
        'From when the server was asked until the first output came'
      ),
      textOf: run => secondsOf(run.first_output)
    },
    {
      name: 'whole',
      label: trans.__('With waiting'),
      caption: trans.__(
        'From when the server was asked until the run was over'
      ),
      textOf: run => secondsOf(run.end_to_end)
    },
    {
      name: 'bytes',
      label: trans.__('Received'),
      caption: trans.__('How much came from the kernel'),
      textOf: run => sizeOf(run.bytes_in)
    },
    {
      name: 'merged',
      label: trans.__('Merged'),
      caption: trans.__('How many messages were joined with the one before'),
      textOf: run => run.merged.toLocaleString()
    },
    {
      name: 'lost',
      label: trans.__('Lost'),
      caption: trans.__('How many messages were lost'),
      textOf: run => run.lost.toLocaleString()
    },
    {
      name: 'memory',
      label: trans.__('Memory'),
      caption: trans.__('The most memory that the kernel was seen to have'),
      textOf: run => (run.peak_memory === null ? '' : sizeOf(run.peak_memory))
    }
  ];
}

function secondsOf(seconds: number | null): string {
  return seconds === null ? '' : durationOf(seconds);
}
