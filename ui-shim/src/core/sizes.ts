// From where on sizes have the next unit: what is less rounds to no thousand.
const UNITS: readonly (readonly [number, string])[] = [
  [999_950_000, 'GB'],
  [999_950, 'MB'],
  [1000, 'kB']
];
const FACTORS: Readonly<Record<string, number>> = { GB: 1e9, MB: 1e6, kB: 1e3 };

/**
 * Return a size in bytes as a person reads it, as in "64.0 MB".
 */
export function sizeOf(bytes: number): string {
  const unit = unitOf(bytes);
  const number = inUnit(bytes, unit);
  return `${number} ${unit}`;
}

/**
 * Return how large a part is of a whole which is told beside it: without a unit, if
 * they have the same, and never as much as the whole unless it is that.
 */
export function partSizeOf(bytes: number, whole: number): string {
  const unit = unitOf(bytes);
  if (unit !== unitOf(whole)) {
    return sizeOf(bytes);
  }
  const factor = FACTORS[unit];
  if (factor === undefined || bytes === whole) {
    return inUnit(bytes, unit);
  }
  return (Math.floor((10 * bytes) / factor) / 10).toFixed(1);
}

function unitOf(bytes: number): string {
  return UNITS.find(([from]) => bytes >= from)?.[1] ?? 'B';
}

function inUnit(bytes: number, unit: string): string {
  const factor = FACTORS[unit];
  return factor === undefined ? bytes.toString() : (bytes / factor).toFixed(1);
}
