const SVG = 'http://www.w3.org/2000/svg';

/**
 * A small line that shows how something has changed, without numbers.
 */
export class Chart {
  /**
   * Show nothing, so far.
   */
  constructor(
    readonly width: number,
    readonly height: number
  ) {
    const { node } = this;
    node.setAttribute('viewBox', `0 -1 ${String(width)} ${String(height + 2)}`);
    node.setAttribute('width', String(width));
    node.setAttribute('height', String(height + 2));
    // What it shows is said beside it.
    node.setAttribute('aria-hidden', 'true');
    node.append(this._line);
  }

  /** The element. */
  readonly node = document.createElementNS(SVG, 'svg');

  /**
   * Show a line through these points, as SVG has them.
   */
  show(points: string): void {
    this._line.setAttribute('points', points);
  }

  private readonly _line = document.createElementNS(SVG, 'polyline');
}
