import { matcher } from './glob';

/**
 * What was told last of the topics that a pattern means.
 */
export class TopicValues {
  /**
   * Know nothing, so far.
   *
   * @param pattern - Of a server: `*` stands for all characters but a slash, `**` for any.
   */
  constructor(readonly pattern: string) {
    this._isMeant = matcher(pattern);
  }

  /** The values, by topic; those that are gone are not among them. */
  get all(): ReadonlyMap<string, unknown> {
    return this._values;
  }

  /**
   * Take what of *topics* is meant, and return it; null stands for what is gone.
   */
  take(topics: ReadonlyMap<string, unknown>): ReadonlyMap<string, unknown> {
    const changed = new Map<string, unknown>();
    for (const topic of this._values.keys()) {
      if (this._isOld && !topics.has(topic)) {
        changed.set(topic, null);
      }
    }
    this._isOld = false;
    for (const [topic, value] of topics) {
      if (this._isMeant(topic)) {
        changed.set(topic, value);
      }
    }
    for (const [topic, value] of changed) {
      if (value === null) {
        this._values.delete(topic);
      } else {
        this._values.set(topic, value);
      }
    }
    return changed;
  }

  /**
   * Note that what comes next is all there is: nothing was told for some time.
   */
  broke(): void {
    this._isOld = true;
  }

  private readonly _isMeant: (topic: string) => boolean;
  private readonly _values = new Map<string, unknown>();
  private _isOld = false;
}
