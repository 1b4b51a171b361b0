import { Signal } from '@lumino/signaling';

/** Ids of cells whose run was asked for and is not in the document yet. */
class Pending {
  /** The cell that is pending now, or no more. */
  readonly changed = new Signal<Pending, string>(this);
  readonly #cells = new Map<string, number>();

  has(cell: string): boolean {
    return this.#cells.has(cell);
  }

  add(cell: string): void {
    this.#cells.set(cell, (this.#cells.get(cell) ?? 0) + 1);
    this.changed.emit(cell);
  }

  remove(cell: string): void {
    const count = (this.#cells.get(cell) ?? 0) - 1;
    if (count > 0) this.#cells.set(cell, count);
    else this.#cells.delete(cell);
    this.changed.emit(cell);
  }
}

export const pending = new Pending();
