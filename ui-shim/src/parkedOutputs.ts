import type { ReadonlyPartialJSONValue } from '@lumino/coreutils';
import { JSONExt } from '@lumino/coreutils';
import { Widget } from '@lumino/widgets';

import { moveWithState } from './stateMove';

/** What an output is of: the same is shown by the same. */
export interface IContent {
  readonly mimeType: string;
  readonly value: ReadonlyPartialJSONValue | undefined;
}

interface IOrphan {
  readonly content: IContent;
  readonly timer: number;
  readonly playOn: () => void;
}

// For how long an output whose cell is gone is kept, in milliseconds: the cell may be on
// its way to another place, or its removal be undone.
const KEPT = 60_000;

/**
 * Outputs of one notebook that are out of sight, with all of their state.
 */
export class ParkedOutputs {
  /** How many there are. */
  get count(): number {
    return this._places.size;
  }

  /** How many of them have no cell any longer. */
  get orphanCount(): number {
    return this._orphans.size;
  }

  /**
   * @param _notebook - Where outputs that have not been seen will be.
   */
  constructor(private readonly _notebook: HTMLElement) {}

  /**
   * Put an output here that is nowhere yet.
   */
  open(output: Widget): void {
    Widget.attach(output, this._newPlace(output, this._notebook));
  }

  /**
   * Take an output out of the cell that it is in.
   */
  park(output: Widget): void {
    const { node } = output;
    // What it draws is as large as before, and need not be drawn again.
    moveWithState(node, this._newPlace(output, node));
  }

  /**
   * Return whether an output is here.
   */
  has(output: Widget): boolean {
    return this._places.has(output);
  }

  /**
   * Put an output that is here into *parent*.
   */
  putBack(output: Widget, parent: HTMLElement): void {
    moveWithState(output.node, parent);
    this._leavePlace(output);
  }

  /**
   * Keep an output that is here for a while, for another cell that shows *content*.
   */
  leave(output: Widget, content: IContent): void {
    const timer = window.setTimeout(() => {
      this.drop(output);
    }, KEPT);
    const playOn = pauseMedia(output.node);
    this._orphans.set(output, { content, timer, playOn });
  }

  /**
   * Return the output of a cell that is gone if it shows *content*: that which was left
   * first.
   */
  adopt(content: IContent): Widget | null {
    for (const [output, orphan] of this._orphans) {
      if (isSame(orphan.content, content)) {
        window.clearTimeout(orphan.timer);
        this._orphans.delete(output);
        orphan.playOn();
        return output;
      }
    }
    return null;
  }

  /**
   * Forget all whose cells are gone: the notebook is closed.
   */
  clear(): void {
    for (const output of [...this._orphans.keys()]) {
      this.drop(output);
    }
  }

  /**
   * Let go of an output, whether it is here or not.
   */
  drop(output: Widget): void {
    window.clearTimeout(this._orphans.get(output)?.timer);
    this._orphans.delete(output);
    // It is to be in the page until it knows that it is not.
    output.dispose();
    this._leavePlace(output);
  }

  private _newPlace(
    output: Widget,
    { offsetWidth, offsetHeight }: HTMLElement
  ) {
    const place = document.createElement('div');
    place.className = 'jp-fastpath-Parked';
    place.setAttribute('aria-hidden', 'true');
    place.style.width = `${String(offsetWidth)}px`;
    place.style.height = `${String(offsetHeight)}px`;
    document.body.append(place);
    this._places.set(output, place);
    return place;
  }

  private _leavePlace(output: Widget): void {
    this._places.get(output)?.remove();
    this._places.delete(output);
  }

  private readonly _places = new Map<Widget, HTMLElement>();
  private readonly _orphans = new Map<Widget, IOrphan>();
}

function isSame(one: IContent, other: IContent): boolean {
  return (
    one.mimeType === other.mimeType &&
    (one.value === other.value ||
      (one.value !== undefined &&
        other.value !== undefined &&
        JSONExt.deepEqual(one.value, other.value)))
  );
}

/** Let nothing be heard of what is gone; return what lets it go on. */
function pauseMedia(node: HTMLElement): () => void {
  const media = node.querySelectorAll<HTMLMediaElement>('audio, video');
  const playing = Array.from(media).filter(one => !one.paused);
  playing.forEach(one => {
    one.pause();
  });
  return () => {
    playing.forEach(one => {
      one.play().catch(() => {
        // The browser wants to be asked by the user.
      });
    });
  };
}
