/** An output that has not been seen yet. */
export interface IUnseen {
  /** Render it out of sight. */
  renderAway(): void;
}

/**
 * Outputs of one notebook whose cells have not been seen yet, in the order in which they
 * came, which is that in which *JupyterLab* would have rendered them.
 */
export class WaitingOutputs {
  /**
   * Have an output wait until it is seen, or another one may need it.
   */
  add(output: IUnseen): void {
    this._outputs.add(output);
  }

  /**
   * Return whether an output waits.
   */
  has(output: IUnseen): boolean {
    return this._outputs.has(output);
  }

  /**
   * Forget an output: it is seen, or gone.
   */
  remove(output: IUnseen): void {
    this._outputs.delete(output);
  }

  /**
   * Render an output that waits, and all that it may need, out of sight.
   */
  renderUpTo(output: IUnseen): void {
    this.renderBefore(output);
    this._render(output);
  }

  /**
   * Render all that an output that waits may need out of sight: its scripts find what
   * came before.
   */
  renderBefore(output: IUnseen): void {
    for (const one of this._outputs) {
      if (one === output) {
        break;
      }
      this._render(one);
    }
  }

  private _render(output: IUnseen): void {
    this._outputs.delete(output);
    output.renderAway();
  }

  private readonly _outputs = new Set<IUnseen>();
}
