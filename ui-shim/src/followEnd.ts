// How far from its end a reader may be who follows it, in pixels.
const NEAR = 4;

/**
 * Change what is in *node*, and let a scrolled output that shows its end go on showing it.
 *
 * @param isNew - Whether the reader has not seen *node* before: what is before it counts.
 */
export function followEnd(
  node: HTMLElement,
  isNew: boolean,
  change: () => void
): void {
  const area = scrolledArea(node);
  const near = NEAR + (isNew ? node.offsetHeight : 0);
  const follows =
    area !== null &&
    area.scrollTop + area.clientHeight >= area.scrollHeight - near;
  change();
  if (follows) {
    area.scrollTop = area.scrollHeight;
  }
}

/** Return the outputs around *node* if they scroll by themselves, and else null. */
function scrolledArea(node: HTMLElement): HTMLElement | null {
  return (
    node
      .closest('.jp-mod-outputsScrolled')
      ?.querySelector<HTMLElement>(':scope .jp-Cell-outputArea') ?? null
  );
}
