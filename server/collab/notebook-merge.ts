import { createCellIds } from '@daybook/shared/notebook/cell-ids';
import { writeJson } from '@daybook/shared/notebook/json-write';
import type { Cell, CodeCell, JsonObject, Notebook } from '@daybook/shared/notebook/notebook';
import { comparable } from '@daybook/shared/notebook/outputs/ref';
import * as Y from 'yjs';
import { adoptIds } from './adopt-ids.ts';
import { fromYCell, plain, toYCell, toYOutput, withoutTrust, type YCell } from './notebook-cells.ts';
import { applyEdit, editBetween, mergeText } from './text-merge.ts';

export interface NotebookRoots {
  readonly cells: Y.Array<YCell>;
  readonly meta: Y.Map<unknown>;
}

/**
 * Three-way merge of a notebook that was changed outside into the live document, cell by cell id.
 * Must run in a transaction.
 *
 * What only one side changed is taken from that side. A cell deleted on one side and edited on the
 * other stays. A source that both changed in the same place stays as it is here, and theirs follows
 * it as a cell of its own marked `daybook.conflict`. Outputs that both changed stay as they are here.
 */
export function mergeNotebook({ cells, meta }: NotebookRoots, base: Notebook | undefined, file: Notebook): void {
  const theirs = adoptIds(file, base);
  const before = new Map(base?.cells.map((cell) => [cell.id, cell]));
  const after = new Map(theirs.cells.map((cell) => [cell.id, cell]));

  for (let index = cells.length - 1; index >= 0; index -= 1) {
    const ours = fromYCell(cells.get(index));
    const old = before.get(ours.id);
    if (old !== undefined && !after.has(ours.id) && same(old, ours)) cells.delete(index);
  }
  const idFor = createCellIds([...before.keys(), ...after.keys(), ...cells.map((cell) => String(cell.get('id')))]);
  for (const cell of theirs.cells) {
    const index = find(cells, cell.id);
    if (index === -1) continue;
    const lost = mergeCell(cells, index, before.get(cell.id), cell);
    if (lost) cells.insert(find(cells, cell.id) + 1, [toYCell(conflictCopy(cell, idFor))]);
  }
  if (base !== undefined) reorder(cells, base, theirs);
  let previous: string | undefined;
  for (const cell of theirs.cells) {
    const old = before.get(cell.id);
    const deletedHere = old !== undefined && same(old, cell);
    if (find(cells, cell.id) === -1 && !deletedHere) cells.insert(place(cells, previous), [toYCell(cell)]);
    if (find(cells, cell.id) !== -1) previous = cell.id;
  }
  const metadata = meta.get('metadata');
  if (metadata instanceof Y.Map) mergeMap(metadata, base?.metadata, theirs.metadata);
}

/** Merges one cell in place; true when their source could not be merged. */
function mergeCell(cells: Y.Array<YCell>, index: number, base: Cell | undefined, theirs: Cell): boolean {
  const live = cells.get(index);
  const ours = fromYCell(live);
  if (same(ours, theirs) || (base !== undefined && same(base, theirs))) return false;
  if (ours.cell_type !== theirs.cell_type) {
    if (base !== undefined && !same(base, ours)) return true;
    cells.delete(index);
    cells.insert(index, [toYCell(theirs)]);
    return false;
  }
  const source = live.get('source') as Y.Text;
  const edit =
    base === undefined ? withoutBase(ours.source, theirs.source) : mergeText(base.source, ours.source, theirs.source);
  if (edit !== undefined && edit !== 'conflict') applyEdit(source, edit);
  const metadata = live.get('metadata');
  if (metadata instanceof Y.Map) mergeMap(metadata, base?.metadata, withoutTrust(theirs.metadata));
  mergeOutputs(live, base, theirs);
  return edit === 'conflict';
}

/** Nobody knows who changed what: an empty side yields, anything else is a conflict. */
function withoutBase(ours: string, theirs: string) {
  if (ours === '' || ours === theirs) return editBetween(ours, theirs);
  return theirs === '' ? undefined : ('conflict' as const);
}

function mergeOutputs(live: YCell, base: Cell | undefined, theirs: Cell): void {
  const ours = fromYCell(live);
  if (ours.cell_type !== 'code' || theirs.cell_type !== 'code') return;
  const run = (cell: CodeCell) => writeJson([comparable(cell.outputs), cell.execution_count]);
  const old = base?.cell_type === 'code' ? run(base) : writeJson([[], null]);
  if (run(ours) !== old || run(theirs) === old) return;
  const outputs = live.get('outputs') as Y.Array<unknown>;
  outputs.delete(0, outputs.length);
  outputs.insert(0, theirs.outputs.map(toYOutput));
  live.set('execution_count', theirs.execution_count);
}

function mergeMap(ours: Y.Map<unknown>, base: JsonObject | undefined, theirs: JsonObject): void {
  const text = (value: unknown) => (value === undefined ? '' : writeJson(plain(value)));
  for (const key of new Set([...Object.keys(base ?? {}), ...Object.keys(theirs)])) {
    if (text(theirs[key]) === text(base?.[key]) || text(ours.get(key)) !== text(base?.[key])) continue;
    if (theirs[key] === undefined) ours.delete(key);
    else ours.set(key, plain(theirs[key]));
  }
}

/** Follows their order where the order here is still the base's. A moved cell is made anew, as Jupyter does. */
function reorder(cells: Y.Array<YCell>, base: Notebook, theirs: Notebook): void {
  const live = cells.map((cell) => String(cell.get('id')));
  const common = new Set(
    live.filter((id) => base.cells.some((cell) => cell.id === id) && theirs.cells.some((cell) => cell.id === id)),
  );
  const order = (ids: readonly string[]) => ids.filter((id) => common.has(id));
  const wanted = order(theirs.cells.map((cell) => cell.id));
  const old = order(base.cells.map((cell) => cell.id));
  if (wanted.join() === old.join() || order(live).join() !== old.join()) return;
  for (const [nth, id] of wanted.entries()) {
    const slots = cells.map((cell) => String(cell.get('id')));
    const target = slots.indexOf(order(slots)[nth] ?? id);
    const from = slots.indexOf(id);
    if (from === target) continue;
    const copy = toYCell(fromYCell(cells.get(from)));
    cells.delete(from);
    cells.insert(target, [copy]);
  }
}

function conflictCopy(cell: Cell, idFor: (wanted: undefined, text: string) => string): Cell {
  const metadata = { ...cell.metadata, daybook: { conflict: cell.id } };
  return { ...cell, id: idFor(undefined, cell.source), metadata };
}

function place(cells: Y.Array<YCell>, previous: string | undefined): number {
  return previous === undefined ? 0 : find(cells, previous) + 1;
}

function find(cells: Y.Array<YCell>, id: string): number {
  let found = -1;
  cells.forEach((cell, index) => {
    if (found === -1 && cell.get('id') === id) found = index;
  });
  return found;
}

function same(a: Cell, b: Cell): boolean {
  const text = (cell: Cell) => {
    const outputs = cell.cell_type === 'code' ? { outputs: comparable(cell.outputs) } : {};
    return writeJson(plain({ ...cell, ...outputs, metadata: withoutTrust(cell.metadata) }));
  };
  return text(a) === text(b);
}
