import { URLExt } from '@jupyterlab/coreutils';
import type { IRenderMime } from '@jupyterlab/rendermime-interfaces';

import type { IPath, IPathRules } from './core/links';
import type { ILinks } from './textBlock';

/**
 * Links to the files that a text names, if they are there.
 */
export class FileLinks implements ILinks {
  /**
   * Find files as the document of a text does.
   */
  constructor(
    private readonly _resolver: IRenderMime.IResolver | null,
    private readonly _handler: IRenderMime.ILinkHandler | null
  ) {}

  /** What names a file; null if nothing could be done with it. */
  get paths(): IPathRules | null {
    const { _resolver: resolver, _handler: handler } = this;
    const isKnown =
      resolver === null ||
      (resolver.resolvePath !== undefined && handler?.handlePath !== undefined);
    // What the kernel runs on is not known.
    const kind = navigator.userAgent.includes('Windows') ? 'windows' : 'posix';
    return isKnown ? { kind, isFile: path => this._isFile(path) } : null;
  }

  /**
   * Have a link lead to a file, once that is found.
   */
  toFile(link: HTMLAnchorElement, { path, locator }: IPath): void {
    if (this._resolver === null) {
      link.dataset.path = path;
      link.dataset.locator = locator;
      return;
    }
    const place = locator === '' ? '' : `#${locator}`;
    this._resolve(path)
      .then(found => {
        if (found !== null) {
          this._handler?.handlePath?.(link, found.path, found.scope, place);
          link.href = found.path + place;
        }
      })
      .catch((error: unknown) => {
        console.warn(`${path} cannot be linked to.`, error);
      });
  }

  private _isFile(path: string): boolean {
    const { _resolver: resolver } = this;
    return (
      resolver === null ||
      (resolver.isLocal?.(path, true) ?? URLExt.isLocal(path, true))
    );
  }

  /** Look for a file, once. */
  private _resolve(
    path: string
  ): Promise<IRenderMime.IResolvedLocation | null> {
    let found = this._found.get(path);
    if (found === undefined) {
      found = this._resolver?.resolvePath?.(path) ?? Promise.resolve(null);
      this._found.set(path, found);
    }
    return found;
  }

  private readonly _found = new Map<
    string,
    Promise<IRenderMime.IResolvedLocation | null>
  >();
}
