/** A node that can take over others as they are: frames go on, and scripts do not run again. */
interface IKeeper extends HTMLElement {
  moveBefore(node: Node, child: Node | null): void;
}

/**
 * Return whether this browser can move nodes without that they lose their state.
 */
export function canKeepState(): boolean {
  return 'moveBefore' in document.body;
}

/**
 * Move *node* to the end of *parent*, both of which are in the page, with its state.
 */
export function moveWithState(node: HTMLElement, parent: HTMLElement): void {
  (parent as IKeeper).moveBefore(node, null);
}
