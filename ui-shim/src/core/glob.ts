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
  return matcher(glob)(path);
}

/**
 * Return what tells of many paths whether *glob* means them.
 */
export function matcher(glob: string): (path: string) => boolean {
  const parts = withoutSlashes(glob).match(GLOB) ?? [];
  const pattern = parts.map(part => WILD.get(part) ?? escaped(part)).join('');
  const whole = new RegExp(`^${pattern}$`, 'su');
  return path => whole.test(withoutSlashes(path));
}

function withoutSlashes(path: string): string {
  return path.replace(/^\/+/, '');
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
