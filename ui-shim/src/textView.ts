import { PLAIN, type IAnsiState } from './core/ansi';
import { Block, type IRows } from './block';
import { endOf, isFull, takeable } from './core/blocks';
import { PendingText } from './core/pendingText';
import type { ITextChange } from './core/terminalLine';
import type { ILinks } from './textBlock';

// A block is in the page from this far from what is seen, in pixels.
const MARGIN = 1500;

// How much text may wait, in characters, until somebody looks.
const MUCH = 256 * 1024;

/**
 * A text in blocks, which come into the page a few at a time: all of them, or those near
 * what is seen.
 */
export class TextView {
  /**
   * Show nothing, so far.
   *
   * @param links - What becomes a link; nothing if null.
   */
  constructor(private readonly _links: ILinks | null) {
    this._last = this._add(PLAIN, false);
  }

  /** What holds the text. */
  readonly node = document.createElement('pre');

  /** The length of the whole text. */
  get length(): number {
    return this._pending.length;
  }

  /** How many lines have been given their places. */
  get lines(): number {
    return this._lines;
  }

  /** Whether only what is near is in the page. */
  get isPartial(): boolean {
    return this._rows !== null;
  }

  /** Whether there is much left to do. */
  get isBusy(): boolean {
    return this._wanted.size > 0 || this._pending.waiting > MUCH;
  }

  /** Whether there is nothing left to do. */
  get isDone(): boolean {
    return this._pending.isEmpty && this._wanted.size === 0;
  }

  /**
   * Note a change of the text.
   */
  put(change: ITextChange): void {
    this._pending.put(change);
  }

  /**
   * Have only what is near be in the page.
   *
   * @param rows - What rows are like, by which the heights of the others are told.
   */
  restrict(rows: IRows): void {
    this._rows = rows;
    this._skipped = null;
    this._wanted.clear();
    for (const block of this._blocks) {
      if (!block.isShown) {
        block.hide(block.height(rows));
      }
    }
  }

  /** Have all be in the page. */
  unrestrict(): void {
    this._skipped = this._rows;
    this._rows = null;
    this._blocks.forEach(block => {
      this._reserve(block);
    });
    this._blocks
      .filter(block => !block.isShown)
      .forEach(block => this._wanted.add(block));
  }

  /**
   * Bring the page up to date, until it is late.
   */
  render(isLate: () => boolean): void {
    this._truncate();
    let { bottom } = this._rows === null ? NOWHERE : rectOf(this.node);
    while (!this._pending.isEmpty) {
      const block = this._place();
      if (block.isClosed) {
        bottom = this._present(block, bottom);
      }
      if (isLate()) {
        break;
      }
    }
    this._present(this._last, bottom);
    for (const block of this._wanted) {
      if (isLate()) {
        return;
      }
      this._wanted.delete(block);
      block.show();
      this._reserve(block);
    }
  }

  /**
   * Have what is near be in the page, and leave only its place of what is not.
   *
   * @returns Whether anything has changed.
   */
  showNear(): boolean {
    const rows = this._rows;
    if (rows === null) {
      return false;
    }
    const near = new Set(this._near());
    const selection = document.getSelection();
    const far = this._blocks.filter(
      block =>
        block.isShown && !near.has(block) && !isSelected(block, selection)
    );
    const heights = far.map(block => rectOf(block.node).height);
    far.forEach((block, at) => {
      block.hide(heights[at] ?? 0);
    });
    const fresh = [...near].filter(block => !block.isShown);
    fresh.forEach(block => {
      block.show();
    });
    return far.length + fresh.length > 0;
  }

  /**
   * Have all that is within *range* in the page, at once.
   */
  showWithin(range: Range): void {
    this._blocks
      .filter(block => !block.isShown && range.intersectsNode(block.node))
      .forEach(block => {
        block.show();
      });
  }

  /** Take back what has changed since it was placed. */
  private _truncate(): void {
    const { kept } = this._pending;
    while (this._placed > kept) {
      const block = this._last;
      const start = this._placed - block.text.length;
      this._lines -= linesOf(block.text);
      if (start < kept || this._blocks.length === 1) {
        block.cut(kept - start);
        this._lines += linesOf(block.text);
        this._placed = kept;
        return;
      }
      block.node.remove();
      this._wanted.delete(block);
      this._blocks.pop();
      this._last = this._blocks[this._blocks.length - 1] ?? block;
      this._placed = start;
    }
  }

  /** Give some of what waits its place, and return the block that has it. */
  private _place(): Block {
    const block = this._last;
    const next = this._pending.peek();
    const text = this._pending.take(takeable(next, block.text.length));
    block.append(text);
    this._placed += text.length;
    this._lines += linesOf(text);
    if (text.length < next.length || isFull(block.text)) {
      this._close(block);
    }
    return block;
  }

  private _close(block: Block): void {
    const end = endOf(block.text);
    const rest = block.text.slice(end);
    if (rest !== '') {
      block.cut(end);
      this._pending.putBack(rest);
      this._placed -= rest.length;
      this._lines -= linesOf(rest);
    }
    this._last = this._add(block.close(), !block.text.endsWith('\n'));
  }

  private _add(state: IAnsiState, isInner: boolean): Block {
    const block = new Block(state, this._links, isInner);
    this._blocks.push(block);
    this.node.append(block.node);
    return block;
  }

  /** Show a block behind *bottom*, if it is wanted, and return where it ends. */
  private _present(block: Block, bottom: number): number {
    const rows = this._rows;
    if (rows === null || block.isShown || isNear(bottom, bottom)) {
      block.show();
      this._reserve(block);
    } else {
      block.hide(block.height(rows));
    }
    return rows === null ? bottom : bottom + block.height(rows);
  }

  /** Have a block that is skipped by the browser take up its place. */
  private _reserve(block: Block): void {
    if (this._skipped !== null) {
      block.reserve(block.height(this._skipped));
    }
  }

  /** Return the blocks near what is seen, by their places. */
  private _near(): Block[] {
    const blocks = this._blocks;
    let [low, high] = [0, blocks.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      const block = blocks[middle];
      if (block !== undefined && rectOf(block.node).bottom < -MARGIN) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    const near: Block[] = [];
    for (const block of blocks.slice(low)) {
      const { top, bottom } = rectOf(block.node);
      if (!isNear(top, bottom)) {
        break;
      }
      near.push(block);
    }
    return near;
  }

  private readonly _pending = new PendingText();
  private readonly _blocks: Block[] = [];
  private readonly _wanted = new Set<Block>();
  private _last: Block;
  private _placed = 0;
  private _lines = 0;
  private _rows: IRows | null = null;
  private _skipped: IRows | null = null;
}

const NOWHERE = { bottom: 0 };

function rectOf(node: Element): DOMRect {
  return node.getBoundingClientRect();
}

function isNear(top: number, bottom: number): boolean {
  return bottom > -MARGIN && top < window.innerHeight + MARGIN;
}

/** Whether a selection begins, ends or goes on in a block. */
function isSelected(block: Block, selection: Selection | null): boolean {
  return (
    selection !== null &&
    selection.rangeCount > 0 &&
    selection.getRangeAt(0).intersectsNode(block.node)
  );
}

function linesOf(text: string): number {
  let lines = 0;
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
    lines++;
  }
  return lines;
}
