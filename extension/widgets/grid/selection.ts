import { type Cell, isInside, isMany, type Range, rangeOf } from './move.ts';

/** The active cell and the range it was extended to. */
export class Selection {
  #anchor: Cell | undefined;
  #active: Cell | undefined;

  get active(): Cell | undefined {
    return this.#active;
  }

  /** Makes a cell active; with `extend`, the range reaches from where it began. */
  set(cell: Cell, extend = false): void {
    if (!extend || this.#anchor === undefined || cell.row < 0) this.#anchor = cell;
    this.#active = cell;
  }

  clear(): void {
    this.#anchor = this.#active;
  }

  /** Forgets the cell too, after the rows under it changed. */
  reset(): void {
    if (this.#active !== undefined && this.#active.row >= 0) this.#active = { row: 0, column: this.#active.column };
    this.#anchor = this.#active;
  }

  all(rows: number, columns: number): void {
    this.#anchor = { row: 0, column: 0 };
    this.#active = { row: Math.max(0, rows - 1), column: columns - 1 };
  }

  /** The selected range, when it is more than one cell. */
  get range(): Range | undefined {
    if (this.#anchor === undefined || this.#active === undefined || this.#active.row < 0) return undefined;
    const range = rangeOf(this.#anchor, this.#active);
    return isMany(range) ? range : undefined;
  }

  mark(row: number, column: number): 'active' | 'selected' | undefined {
    if (this.#active?.row === row && this.#active.column === column) return 'active';
    const range = this.range;
    return range !== undefined && isInside(range, row, column) ? 'selected' : undefined;
  }
}
