import { Signal, type ISignal } from '@lumino/signaling';

import { isRecord } from './core/guards';
import { topicsIn, type IPaintTimes } from './core/kernelTopics';
import type { IPageCounts } from './core/pageCounts';
import { Pauses } from './core/pauses';
import { ServerClock } from './core/serverClock';
import { TopicValues } from './core/topicValues';
import type { IKernelStates, ITopicWatch } from './tokens';

/** For how many milliseconds the websocket is kept when nobody watches. */
const KEPT = 5000;

/** After how many milliseconds what was not told again is gone. */
const TOLD = 3000;

const NORMAL_CLOSURE = 1000;

/**
 * What the server tells of topics, over one websocket, which is there while somebody watches.
 */
export class StateSocket implements IKernelStates {
  /**
   * Watch nothing, so far.
   *
   * @param _connect - Opens a websocket.
   */
  constructor(private readonly _connect: () => WebSocket) {
    window.addEventListener('online', () => {
      this._hurry();
    });
  }

  /** Whether the server is there to be told something. */
  get isOpen(): boolean {
    return this._isOpen;
  }

  /** The Unix time of the server, in seconds, as far as it is known. */
  get serverTime(): number {
    return this._clock.at(unixTime());
  }

  /**
   * Be told of all topics that *pattern* means.
   */
  watch(pattern: string): ITopicWatch {
    const other = this._find(pattern);
    const watch = new Watch(pattern, this._release.bind(this));
    this._watches.add(watch);
    if (other === null) {
      this._send({ subscribe: [pattern] });
    } else {
      watch.take(other.values);
    }
    if (!this._isOpen) {
      watch.broke();
    }
    clearTimeout(this._closing);
    this._open();
    return watch;
  }

  /**
   * Tell the server when this page had painted something of a run.
   */
  painted(kernelId: string, runId: string, times: IPaintTimes): void {
    this._send({ painted: { kernel_id: kernelId, run_id: runId, ...times } });
  }

  /**
   * Let the server know what this page has counted of a notebook, now and whenever this
   * is connected again; null if that is not open any longer.
   */
  counted(path: string, counts: IPageCounts | null): void {
    if (counts === null) {
      this._counted.delete(path);
    } else {
      const wasTold = this._isOpen || this._counted.get(path)?.wasTold === true;
      this._counted.set(path, { counts, wasTold });
    }
    this._send({ counted: { path, counts } });
  }

  private _find(pattern: string): Watch | null {
    const { _watches: watches } = this;
    return [...watches].find(watch => watch.pattern === pattern) ?? null;
  }

  private _release(watch: Watch): void {
    this._watches.delete(watch);
    if (this._find(watch.pattern) === null) {
      this._send({ unsubscribe: [watch.pattern] });
    }
    if (this._watches.size === 0) {
      clearTimeout(this._closing);
      this._closing = setTimeout(() => {
        this._close();
      }, KEPT);
    }
  }

  private _close(): void {
    clearTimeout(this._retry);
    this._retry = undefined;
    this._socket?.close(NORMAL_CLOSURE);
  }

  private _hurry(): void {
    if (this._retry !== undefined) {
      clearTimeout(this._retry);
      this._retry = undefined;
      this._open();
    }
  }

  private _open(): void {
    if (this._socket !== null || this._retry !== undefined) {
      return;
    }
    const socket = this._connect();
    this._socket = socket;
    socket.onopen = () => {
      this._opened();
    };
    socket.onmessage = ({ data }: MessageEvent<unknown>) => {
      this._received(data);
    };
    socket.onclose = () => {
      this._closed();
    };
  }

  private _opened(): void {
    this._isOpen = true;
    this._clock.forget();
    const patterns = new Set([...this._watches].map(({ pattern }) => pattern));
    if (patterns.size > 0) {
      this._send({ subscribe: [...patterns] });
    }
    for (const [path, { counts, wasTold }] of this._counted) {
      this._send({ counted: { path, counts, again: wasTold } });
      this._counted.set(path, { counts, wasTold: true });
    }
    // Where nothing is there any longer nothing is told.
    clearTimeout(this._settling);
    this._settling = setTimeout(() => {
      this._take(new Map());
    }, TOLD);
  }

  private _received(data: unknown): void {
    const frame = parsed(data);
    const topics = topicsIn(frame);
    if (topics === null) {
      console.warn('The server did not tell the state of kernels.', data);
      return;
    }
    this._pauses.forget();
    if (isRecord(frame) && typeof frame.now === 'number') {
      this._clock.heard(frame.now, unixTime());
    }
    this._take(topics);
  }

  private _take(topics: ReadonlyMap<string, unknown>): void {
    for (const watch of this._watches) {
      watch.take(topics);
    }
  }

  private _closed(): void {
    clearTimeout(this._settling);
    this._isOpen = false;
    this._socket = null;
    if (this._watches.size === 0) {
      return;
    }
    for (const watch of this._watches) {
      watch.broke();
    }
    this._retry = setTimeout(() => {
      this._hurry();
    }, this._pauses.next(Math.random()));
  }

  private _send(request: object): void {
    if (this._isOpen) {
      this._socket?.send(JSON.stringify(request));
    }
  }

  private readonly _watches = new Set<Watch>();
  private readonly _counted = new Map<string, ICounted>();
  private readonly _pauses = new Pauses();
  private readonly _clock = new ServerClock();
  private _socket: WebSocket | null = null;
  private _isOpen = false;
  private _retry: Timer;
  private _closing: Timer;
  private _settling: Timer;
}

/** What the server is to know of a notebook. */
interface ICounted {
  readonly counts: IPageCounts;
  /** Whether it knew of the notebook before. */
  readonly wasTold: boolean;
}

type Timer = ReturnType<typeof setTimeout> | undefined;

/** What is told of the topics of one pattern. */
class Watch implements ITopicWatch {
  constructor(
    readonly pattern: string,
    private readonly _release: (watch: Watch) => void
  ) {
    this._values = new TopicValues(pattern);
  }

  get values(): ReadonlyMap<string, unknown> {
    return this._values.all;
  }

  get changed(): ISignal<this, ReadonlyMap<string, unknown>> {
    return this._changed;
  }

  get isDisposed(): boolean {
    return this._isDisposed;
  }

  dispose(): void {
    if (!this._isDisposed) {
      this._isDisposed = true;
      Signal.clearData(this);
      this._release(this);
    }
  }

  take(topics: ReadonlyMap<string, unknown>): void {
    const changed = this._values.take(topics);
    if (changed.size > 0) {
      this._changed.emit(changed);
    }
  }

  broke(): void {
    this._values.broke();
  }

  private readonly _values: TopicValues;
  private readonly _changed = new Signal<this, ReadonlyMap<string, unknown>>(
    this
  );
  private _isDisposed = false;
}

function parsed(data: unknown): unknown {
  try {
    return JSON.parse(String(data));
  } catch {
    return null;
  }
}

function unixTime(): number {
  return Date.now() / 1000;
}
