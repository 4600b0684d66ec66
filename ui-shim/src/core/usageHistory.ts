/** How many samples are shown. */
const MANY = 60;

/**
 * What a kernel has used lately.
 */
export class UsageHistory {
  /**
   * Take the next sample.
   */
  add(bytes: number): void {
    this._samples.push(bytes);
    if (this._samples.length > MANY) {
      this._samples.shift();
    }
  }

  /**
   * Forget all.
   */
  clear(): void {
    this._samples.length = 0;
  }

  /**
   * Return the samples as the points of a line, the newest at the right: of as many as
   * there may be, and from nothing at the bottom to *limit*, or the most there was, at the
   * top.
   */
  points(width: number, height: number, limit: number | null): string {
    const top = Math.max(limit ?? 0, ...this._samples, 1);
    const start = MANY - this._samples.length;
    return this._samples
      .map((bytes, index) => {
        const x = ((start + index) / (MANY - 1)) * width;
        const y = height * (1 - bytes / top);
        return `${x.toFixed(1)},${y.toFixed(1)}`;
      })
      .join(' ');
  }

  private readonly _samples: number[] = [];
}

/** How near to its limit something is. */
export type UsageLevel = 'normal' | 'high' | 'full';

/**
 * Return how near to its limit, if it has one, something is.
 */
export function levelOf(bytes: number, limit: number | null): UsageLevel {
  if (limit === null || bytes < 0.8 * limit) {
    return 'normal';
  }
  return bytes < 0.95 * limit ? 'high' : 'full';
}
