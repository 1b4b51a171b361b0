import type { Cell, JsonObject } from '../notebook.ts';

/*
 * What lies between two states of a notebook, cell by cell id. The list of cells is the newer
 * state's, with removed cells where they stood; `applyDiff` makes the newer state of the older one.
 */

export interface NotebookDiff {
  readonly cells: readonly CellDiff[];
  readonly metadata?: Replaced<JsonObject> | undefined;
  /** Format numbers and fields of the notebook that nobody knows. */
  readonly rest?: Replaced<JsonObject> | undefined;
}

export interface Replaced<T> {
  readonly before: T;
  readonly after: T;
}

export type CellDiff = SameCell | AddedCell | RemovedCell | ChangedCell;

export interface SameCell {
  readonly change: 'same';
  readonly id: string;
  readonly moved: boolean;
  readonly cell_type: Cell['cell_type'];
  /** Its first line that says something, to be named by. */
  readonly excerpt: string;
}

export interface AddedCell {
  readonly change: 'added';
  readonly cell: Cell;
}

export interface RemovedCell {
  readonly change: 'removed';
  readonly cell: Cell;
}

export interface ChangedCell {
  readonly change: 'changed';
  readonly id: string;
  readonly moved: boolean;
  /** What differs; never empty. */
  readonly parts: readonly CellPart[];
  readonly before: Cell;
  readonly after: Cell;
  /** The source's lines when it differs. */
  readonly lines?: readonly LineRun[] | undefined;
}

/** `count` is the number of the run alone, `other` a field that nobody knows or attachments. */
export type CellPart = 'type' | 'source' | 'outputs' | 'count' | 'metadata' | 'other';

/** Lines, with their ends, that are in both texts, in the newer or in the older one alone. */
export interface LineRun {
  readonly kind: 'same' | 'added' | 'removed';
  readonly lines: readonly string[];
}
