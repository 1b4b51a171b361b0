import type { JsonCell } from '@daybook/shared/results/bundle';

/** Rows that are here, whatever they were decoded from. */
export interface RowBlock {
  readonly count: number;
  /** Cell of a row of this block, by position. */
  cell(row: number, column: number): JsonCell;
}

/** A block over rows as they stand in a bundle or a JSON answer. */
export function jsonBlock(rows: readonly (readonly JsonCell[])[]): RowBlock {
  return { count: rows.length, cell: (row, column) => rows[row]?.[column] ?? null };
}
