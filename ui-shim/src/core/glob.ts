// What stands for more than itself; all else is itself.
const GLOB = /\*\*|\*|\?|[^*?]+/gu;
const WILD = new Map([
  ['**', '.*'],
  ['*', '[^/]*'],
  ['?', '[^/]']
]);

/**
 * Whether *path* is one of those that *glob* means: `*` and `?` stand for characters other
 * than a slash, `**` for any; slashes in front do not count.
 */
export function matches(glob: string, path: string): boolean {
  const parts = withoutSlashes(glob).match(GLOB) ?? [];
  const pattern = parts.map(part => WILD.get(part) ?? escaped(part)).join('');
  return new RegExp(`^${pattern}$`, 'su').test(withoutSlashes(path));
}

function withoutSlashes(path: string): string {
  return path.replace(/^\/+/, '');
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
