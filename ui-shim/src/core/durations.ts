const MINUTE = 60;
const HOUR = 60 * MINUTE;

/** From how many seconds on there are no tenths. */
const WHOLE = 10;

/**
 * Return how long something took as a person reads it, as in "350 ms", "1.2 s" or
 * "2 min 5 s".
 */
export function durationOf(seconds: number): string {
  const thousandths = Math.round(seconds * 1000);
  return thousandths < 1000
    ? `${thousandths.toString()} ms`
    : timeOf(thousandths / 1000);
}

/**
 * Return for how long something has been going on, as in "0.3 s" or "2 min 5 s".
 */
export function timeOf(seconds: number): string {
  const tenths = Math.floor(Math.max(seconds, 0) * 10) / 10;
  if (tenths < WHOLE) {
    return `${tenths.toFixed(1)} s`;
  }
  if (tenths < MINUTE) {
    return `${Math.floor(tenths).toString()} s`;
  }
  return tenths < HOUR
    ? twoOf(tenths, MINUTE, 'min', 1, 's')
    : twoOf(tenths, HOUR, 'h', MINUTE, 'min');
}

function twoOf(
  seconds: number,
  large: number,
  largeName: string,
  small: number,
  smallName: string
): string {
  const many = Math.floor(seconds / large);
  const rest = Math.floor((seconds % large) / small);
  return `${many.toString()} ${largeName} ${rest.toString()} ${smallName}`;
}

/**
 * Return after how many milliseconds something else is to be shown of what has been going
 * on for so many seconds; null if nothing goes on.
 */
export function pauseBefore(elapsed: readonly number[]): number | null {
  const pauses = elapsed.map(seconds =>
    seconds < WHOLE ? 100 : 1000 * (1 - (seconds % 1))
  );
  return pauses.length === 0 ? null : Math.max(Math.min(...pauses), 20);
}
