/** A cell by position; row −1 is the header. */
export interface Cell {
  readonly row: number;
  readonly column: number;
}

export interface Bounds {
  readonly rows: number;
  readonly columns: number;
  /** Whole rows on one screen. */
  readonly page: number;
}

/** Where a key takes the active cell, or `undefined` when the key does not move. */
export function move(from: Cell, key: string, toEdge: boolean, { rows, columns, page }: Bounds): Cell | undefined {
  const lastRow = rows - 1;
  const lastColumn = columns - 1;
  switch (key) {
    case 'ArrowUp':
      return { row: toEdge ? Math.min(0, lastRow) : Math.max(-1, from.row - 1), column: from.column };
    case 'ArrowDown':
      return { row: toEdge ? lastRow : Math.min(lastRow, from.row + 1), column: from.column };
    case 'ArrowLeft':
      return { row: from.row, column: toEdge ? 0 : Math.max(0, from.column - 1) };
    case 'ArrowRight':
      return { row: from.row, column: toEdge ? lastColumn : Math.min(lastColumn, from.column + 1) };
    case 'PageUp':
      return { row: Math.max(Math.min(0, lastRow), from.row - page), column: from.column };
    case 'PageDown':
      return { row: Math.min(lastRow, from.row + page), column: from.column };
    case 'Home':
      return { row: toEdge ? Math.min(0, lastRow) : from.row, column: 0 };
    case 'End':
      return { row: toEdge ? lastRow : from.row, column: lastColumn };
    default:
      return undefined;
  }
}

/** Rows and columns between two cells, ends included. */
export interface Range {
  readonly top: number;
  readonly bottom: number;
  readonly left: number;
  readonly right: number;
}

export function rangeOf(anchor: Cell, active: Cell): Range {
  return {
    top: Math.max(0, Math.min(anchor.row, active.row)),
    bottom: Math.max(anchor.row, active.row),
    left: Math.min(anchor.column, active.column),
    right: Math.max(anchor.column, active.column),
  };
}

export function isMany({ top, bottom, left, right }: Range): boolean {
  return bottom > top || right > left;
}

export function isInside({ top, bottom, left, right }: Range, row: number, column: number): boolean {
  return row >= top && row <= bottom && column >= left && column <= right;
}
