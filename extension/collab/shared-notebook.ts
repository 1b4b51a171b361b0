import { YNotebook } from '@jupyter/ydoc';
import { Signal } from '@lumino/signaling';
import * as Y from 'yjs';

type StackItem = Y.UndoManager['undoStack'][number];

/**
 * A notebook whose undo leaves the work of others alone.
 *
 * Yjs undoes an insertion by deleting what was inserted, with everything that others wrote into it
 * since, and a move, which is a deletion and an insertion, by bringing back the cell as it was
 * before. Here a cell with work of others in it is not taken away, and a move is undone by moving
 * the cell as it is now.
 */
export class SharedNotebook extends YNotebook {
  readonly #refused = new Signal<this, void>(this);
  readonly #before = new WeakMap<Y.Item, Y.Item>();

  constructor() {
    super({ disableDocumentWideUndoRedo: true });
    // Each action is a step of its own: a move is recognised as one.
    this.undoManager.captureTimeout = 0;
    // Yjs goes on to the step before when a step has nothing left to do: that one is guarded here alone.
    this.undoManager.deleteFilter = (item) => {
      const cell = this.#cellOf(item);
      return cell === undefined || !this.#isShared(cell);
    };
  }

  /** Tells that an undo or redo was left out because it would have taken away the work of others. */
  get refused(): Signal<this, void> {
    return this.#refused;
  }

  override undo(): boolean {
    return this.#revert('undo');
  }

  override redo(): boolean {
    return this.#revert('redo');
  }

  #revert(type: 'undo' | 'redo'): boolean {
    const stack = type === 'undo' ? this.undoManager.undoStack : this.undoManager.redoStack;
    const item = stack.at(-1);
    if (item === undefined) return false;
    const { inserted, deleted, living } = this.#touched(item);
    const names = new Set(inserted.map(nameOf));
    const moved = deleted.filter((cell) => names.has(nameOf(cell)));
    if (moved.length > 0 && moved.length === inserted.length && moved.length === deleted.length) {
      stack.pop();
      this.#moveBack(
        item,
        moved.flatMap((before) => {
          const now = living.get(nameOf(before));
          return now === undefined ? [] : [{ before, now }];
        }),
        type,
      );
      return true;
    }
    const taken = inserted.map((cell) => this.#now(cell)).filter((cell) => !cell.deleted);
    if (taken.some((cell) => this.#isShared(cell)) || deleted.some((cell) => living.has(nameOf(cell)))) {
      stack.pop();
      this.#refused.emit();
      return false;
    }
    return type === 'undo' ? super.undo() : super.redo();
  }

  /** The cells that this step inserted and deleted, as they were then, and those that are there now by name. */
  #touched(item: StackItem) {
    const inserted: Y.Item[] = [];
    const deleted: Y.Item[] = [];
    const living = new Map<string | undefined, Y.Item>();
    for (const each of this.#items()) {
      if (Y.isDeleted(item.insertions, each.id)) inserted.push(each);
      else if (each.deleted && Y.isDeleted(item.deletions, each.id)) deleted.push(each);
      if (!each.deleted) living.set(nameOf(each), each);
    }
    return { inserted, deleted, living };
  }

  /** The cell that came in place of one that was deleted and brought back; itself when none did. */
  #now(item: Y.Item): Y.Item {
    let now = item;
    while (now.redone !== null) {
      const next = Y.getItem(this.ydoc.store, now.redone);
      if (!(next instanceof Y.Item)) break;
      this.#before.set(next, now);
      now = next;
    }
    return now;
  }

  /** Somebody else has written in it. What comes back from a deletion is under one's own name: the deleted one is asked. */
  #isShared(cell: Y.Item): boolean {
    const own = this.ydoc.clientID;
    if (hasWorkOfOthers(cell, own, { deletedToo: false })) return true;
    for (let before = this.#before.get(cell); before !== undefined; before = this.#before.get(before))
      if (hasWorkOfOthers(before, own, { deletedToo: true })) return true;
    return false;
  }

  /** The cell that an item of the document lies in. */
  #cellOf(item: Y.Item): Y.Item | undefined {
    const cells: unknown = this.ydoc.getArray('cells');
    for (let at: Y.Item | null = item; at !== null; at = (at.parent as Y.AbstractType<unknown>)._item)
      if (at.parent === cells) return at;
    return undefined;
  }

  /** The items of the list of cells, deleted ones included. */
  *#items(): Generator<Y.Item> {
    const { _start } = this.ydoc.getArray('cells') as unknown as { _start: Y.Item | null };
    for (let item = _start; item !== null; item = item.right as Y.Item | null) yield item;
  }

  /** Moves each cell to where the deleted one was, as a step that can be taken back in turn. */
  #moveBack(item: StackItem, moves: readonly Move[], type: 'undo' | 'redo'): void {
    const { undoManager } = this;
    undoManager.undoing = type === 'undo';
    undoManager.redoing = type === 'redo';
    try {
      this.transact(() => {
        for (const { now, before } of moves) {
          const from = this.#indexOf(now);
          const to = this.#indexOf(before, now);
          if (from >= 0 && from !== to) this.moveCell(from, to);
        }
      });
    } finally {
      undoManager.undoing = false;
      undoManager.redoing = false;
    }
    undoManager.emit('stack-item-popped', [
      { stackItem: item, type, origin: undoManager, changedParentTypes: new Map() },
      undoManager,
    ]);
  }

  /** How many cells stand before this item, one of them not counted. */
  #indexOf(wanted: Y.Item, without?: Y.Item): number {
    let index = 0;
    for (const item of this.#items()) {
      if (item === wanted) return index;
      if (!item.deleted && item !== without) index += 1;
    }
    return -1;
  }
}

interface Move {
  readonly now: Y.Item;
  readonly before: Y.Item;
}

/** Tells one cell from all others, and from itself with another type. */
function nameOf(item: Y.Item): string | undefined {
  const type = typeIn(item);
  if (type === undefined) return undefined;
  const [id, kind] = ['id', 'cell_type'].map((key) => type._map.get(key)?.content.getContent().at(-1));
  return typeof id === 'string' ? `${id} ${kind}` : undefined;
}

/** Whether anything in it was written by another client, and with `deletedToo: false` still stands. */
function hasWorkOfOthers(item: Y.Item, own: number, options: { deletedToo: boolean }): boolean {
  const type = typeIn(item);
  if (type === undefined) return false;
  const inside: Y.Item[] = [...type._map.values()];
  for (let each = type._start; each !== null; each = each.right as Y.Item | null) inside.push(each);
  return inside.some(
    (each) => (options.deletedToo || !each.deleted) && (each.id.client !== own || hasWorkOfOthers(each, own, options)),
  );
}

function typeIn({ content }: Y.Item): { _map: Map<string, Y.Item>; _start: Y.Item | null } | undefined {
  return content instanceof Y.ContentType
    ? (content.type as unknown as { _map: Map<string, Y.Item>; _start: Y.Item | null })
    : undefined;
}
