import type { IRenderMimeRegistry } from '@jupyterlab/rendermime';
import type { TranslationBundle } from '@jupyterlab/translation';
import { PanelLayout, Widget } from '@lumino/widgets';

import { isSamePlace, type Cut } from './core/cut';
import type { ICutActions } from './cutActions';
import { CutBar, type ICutLinks } from './cutBar';
import type { ICutContent } from './cutContent';
import { isGone, reasonOf } from './cutFailure';
import { CutOutputs } from './cutOutputs';
import type { CutSource } from './cutSource';
import { CutText } from './cutText';

// From when on it is told that something is being loaded, in milliseconds: what comes
// at once would flicker only.
const SLOW = 400;

const NOTHING = { size: 0, lines: 0 };

/**
 * What was left out of an output: what there is to know of it, and in its place what has
 * been loaded.
 */
export class CutView extends Widget {
  /**
   * Load nothing, so far.
   *
   * @param cut - What was left out.
   * @param _options - What this needs besides.
   */
  constructor(
    cut: Cut,
    private readonly _options: CutView.IOptions
  ) {
    super();
    const { source, trans } = _options;
    this._cut = cut;
    this._bar = new CutBar(this._actions, trans, linksOf(cut, source));
    this._foot = new CutBar(this._actions, trans, null);
    this._panel.addWidget(new Widget({ node: this._bar.node }));
    this._panel.addWidget(new Widget({ node: this._foot.node }));
    this.layout = this._panel;
  }

  /**
   * Show what the marker says by now; what has been loaded stays.
   *
   * @returns Whether it is about the same.
   */
  follow(cut: Cut, marker: CutView.IMarker): boolean {
    if (!isSamePlace(cut, this._cut)) {
      return false;
    }
    this._cut = cut;
    this._marker = marker;
    this._content?.trust(marker.isTrusted);
    this._show();
    return true;
  }

  /** Load no more. */
  override dispose(): void {
    this._loading?.ended.abort();
    super.dispose();
  }

  private async _load(more: number): Promise<void> {
    if (this._loading !== null) {
      return;
    }
    const content = this._content ?? this._begin();
    const from = content.size;
    const loading = { ended: new AbortController(), from, more, isSlow: false };
    const { signal } = loading.ended;
    this._loading = loading;
    this._message = '';
    const timer = setTimeout(() => {
      loading.isSlow = true;
      this._show();
    }, SLOW);
    try {
      await content.load(from + more, signal, this._show);
    } catch (error) {
      if (!signal.aborted) {
        this._isGone = isGone(error);
        this._message = reasonOf(error, this._options.trans);
      }
    }
    clearTimeout(timer);
    if (this._loading === loading) {
      this._finish();
    }
  }

  private _begin(): ICutContent {
    const { source, rendermime } = this._options;
    const content = contentOf(this._cut, source, rendermime());
    content.trust(this._marker.isTrusted);
    this._panel.insertWidget(1, content.widget);
    this._content = content;
    return content;
  }

  private _finish(): void {
    this._loading = null;
    if (this._content?.size === 0) {
      this._remove();
    }
    this._show();
  }

  private _hide(): void {
    this._loading?.ended.abort();
    this._loading = null;
    this._message = '';
    this._remove();
    this._show();
  }

  private _remove(): void {
    this._content?.widget.dispose();
    this._content = null;
  }

  private readonly _show = (): void => {
    if (this.isDisposed) {
      return;
    }
    const loaded = this._content ?? NOTHING;
    const warning = this._content?.warning(this._options.trans) ?? '';
    const state = {
      cut: this._cut,
      loaded,
      progress: this._progress,
      message: this._message || warning,
      isGone: this._isGone,
      isKeepable: this._marker.isKeepable
    };
    const foot = this._foot.node;
    const hadFocus = foot.contains(document.activeElement);
    this._bar.show(state);
    this._foot.show(state);
    foot.hidden = loaded.size === 0 || this._cut.kind === 'rich';
    if (foot.hidden && hadFocus) {
      this._bar.focus();
    }
  };

  private get _progress(): { done: number; whole: number } | null {
    if (this._loading?.isSlow !== true) {
      return null;
    }
    const { from, more } = this._loading;
    return { done: (this._content?.size ?? from) - from, whole: more };
  }

  private get _actions(): ICutActions {
    return {
      load: more => {
        void this._load(more);
      },
      stop: () => {
        this._loading?.ended.abort();
      },
      hide: () => {
        this._hide();
      },
      keep: this._options.keep
    };
  }

  private readonly _bar: CutBar;
  private readonly _foot: CutBar;
  private readonly _panel = new PanelLayout();
  private _cut: Cut;
  private _marker: CutView.IMarker = { isTrusted: false, isKeepable: false };
  private _content: ICutContent | null = null;
  private _loading: ILoading | null = null;
  private _message = '';
  private _isGone = false;
}

/** What belongs to {@link CutView}. */
export namespace CutView {
  /** What a view needs. */
  export interface IOptions {
    /** Where what was left out is had from. */
    readonly source: CutSource;

    /** The words. */
    readonly trans: TranslationBundle;

    /** Return what shows outputs where the marker is. */
    readonly rendermime: () => IRenderMimeRegistry;

    /** Have all be shown from the next run on. */
    readonly keep: ICutActions['keep'];
  }

  /** How it stands with the marker, besides what it says. */
  export interface IMarker {
    /** Whether it is trusted, and all that was left out there with it. */
    readonly isTrusted: boolean;

    /** Whether it can be asked for that more is shown of later runs. */
    readonly isKeepable: boolean;
  }
}

interface ILoading {
  readonly ended: AbortController;
  readonly from: number;
  readonly more: number;
  isSlow: boolean;
}

function contentOf(
  cut: Cut,
  source: CutSource,
  rendermime: IRenderMimeRegistry
): ICutContent {
  return cut.kind === 'text'
    ? new CutText(cut, source, rendermime)
    : new CutOutputs(cut, source, rendermime);
}

function linksOf(cut: Cut, source: CutSource): ICutLinks {
  switch (cut.kind) {
    case 'text': {
      const href = source.textUrl(cut, true);
      const name = 'output.txt';
      return { tab: source.textUrl(cut), download: { href, name } };
    }
    case 'rich': {
      const href = source.richUrl(cut);
      return { tab: null, download: { href, name: 'output.json' } };
    }
    case 'outputs':
      return { tab: null, download: null };
  }
}
