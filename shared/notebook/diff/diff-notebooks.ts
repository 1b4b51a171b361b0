import { writeJson } from '../json-write.ts';
import type { Cell, Notebook } from '../notebook.ts';
import { comparable } from '../outputs/ref.ts';
import { diffLines } from './lines.ts';
import type { CellDiff, CellPart, NotebookDiff, Replaced } from './notebook-diff.ts';
import { steadyIn } from './steady.ts';

/** What turns `before` into `after`. Values that are written alike count as equal. */
export function diffNotebooks(before: Notebook, after: Notebook): NotebookDiff {
  const { cells: old, metadata: oldMetadata, ...oldRest } = before;
  const { cells: young, metadata: youngMetadata, ...youngRest } = after;
  return {
    cells: diffCells(old, young),
    ...given('metadata', replaced(oldMetadata, youngMetadata)),
    ...given('rest', replaced(oldRest, youngRest)),
  };
}

function diffCells(before: readonly Cell[], after: readonly Cell[]): CellDiff[] {
  const old = new Map(before.map((cell) => [cell.id, cell]));
  const young = new Set(after.map(({ id }) => id));
  const steady = steadyIn([...old.keys()], [...young]);
  const removedAfter = removedPlaces(before, young, steady);
  const cells: CellDiff[] = [...(removedAfter.get(undefined) ?? [])];
  for (const cell of after) {
    const was = old.get(cell.id);
    cells.push(was === undefined ? { change: 'added', cell } : diffCell(was, cell, !steady.has(cell.id)));
    cells.push(...(removedAfter.get(cell.id) ?? []));
  }
  return cells;
}

/** Removed cells by the cell that stays in place before them; `undefined` is the top. */
function removedPlaces(before: readonly Cell[], young: ReadonlySet<string>, steady: ReadonlySet<string>) {
  const places = new Map<string | undefined, CellDiff[]>();
  let last: string | undefined;
  for (const cell of before) {
    if (steady.has(cell.id)) last = cell.id;
    if (young.has(cell.id)) continue;
    const here = places.get(last) ?? [];
    here.push({ change: 'removed', cell });
    places.set(last, here);
  }
  return places;
}

function diffCell(before: Cell, after: Cell, moved: boolean): CellDiff {
  const { id, cell_type } = after;
  const parts = partsOf(before, after);
  if (parts.length === 0) return { change: 'same', id, moved, cell_type, excerpt: excerptOf(after) };
  const lines = parts.includes('source') ? diffLines(before.source, after.source) : undefined;
  return { change: 'changed', id, moved, parts, before, after, ...given('lines', lines) };
}

function partsOf(before: Cell, after: Cell): CellPart[] {
  const { source, cell_type, metadata, outputs, execution_count, id, ...rest } = before;
  const other = after;
  const { source: s, cell_type: t, metadata: m, outputs: o, execution_count: e, id: i, ...otherRest } = other;
  const parts: CellPart[] = [];
  if (cell_type !== t) parts.push('type');
  if (source !== s) parts.push('source');
  if (outputsDiffer(before, after)) parts.push('outputs');
  if (differ(execution_count ?? null, e ?? null)) parts.push('count');
  if (differ(metadata, m)) parts.push('metadata');
  if (differ(rest, otherRest)) parts.push('other');
  return parts;
}

function outputsDiffer(before: Cell, after: Cell): boolean {
  const [old, young] = [before, after].map((cell) => (cell.cell_type === 'code' ? cell.outputs : []));
  return old !== young && differ(comparable(old ?? []), comparable(young ?? []));
}

/** The first line that says something, at most 120 characters. */
export function excerptOf({ source }: Pick<Cell, 'source'>): string {
  return (source.split('\n').find((line) => line.trim() !== '') ?? '').trim().slice(0, 120);
}

function replaced<T>(before: T, after: T): Replaced<T> | undefined {
  return differ(before, after) ? { before, after } : undefined;
}

function differ(a: unknown, b: unknown): boolean {
  return a !== b && writeJson(a) !== writeJson(b);
}

function given<K extends string, T>(name: K, value: T | undefined): { readonly [key in K]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [key in K]: T });
}
