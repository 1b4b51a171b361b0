import { diffLines } from '@daybook/shared/notebook/diff/lines';
import { steadyIn } from '@daybook/shared/notebook/diff/steady';
import { writeJson } from '@daybook/shared/notebook/json-write';
import type { Cell, JsonObject, Notebook } from '@daybook/shared/notebook/notebook';
import * as Y from 'yjs';
import { fromYCell, plain, toYCell, toYOutput, withoutTrust, type YCell } from './notebook-cells.ts';
import type { NotebookRoots } from './notebook-merge.ts';
import { applyEdit, editBetween } from './text-merge.ts';

/**
 * Makes the live notebook say what an earlier state of it said, as a change forward: cells are
 * matched by id and changed in place where they differ, so that cursors, colleagues' undo and
 * whatever is equal stay as they are. Must run in a transaction.
 */
export function restoreNotebook({ cells, meta }: NotebookRoots, wanted: Notebook): void {
  const ids = wanted.cells.map(({ id }) => id);
  const steady = steadyIn(
    cells.map((cell) => String(cell.get('id'))),
    ids,
  );
  for (let at = cells.length - 1; at >= 0; at -= 1) {
    if (!steady.has(String(cells.get(at).get('id')))) cells.delete(at);
  }
  // What is left stands in the wanted order.
  for (const [at, cell] of wanted.cells.entries()) {
    if (at < cells.length && cells.get(at).get('id') === cell.id) restoreAt(cells, at, cell);
    else cells.insert(at, [toYCell(cell)]);
  }
  const metadata = meta.get('metadata');
  if (metadata instanceof Y.Map) restoreMap(metadata, wanted.metadata);
}

/**
 * Makes one cell what it was: in place when it is there, else behind the first of `after` that is,
 * else on top. Must run in a transaction.
 */
export function restoreCell(cells: Y.Array<YCell>, cell: Cell, after: readonly string[]): void {
  const places = new Map(cells.map((each, at) => [String(each.get('id')), at]));
  const at = places.get(cell.id);
  if (at !== undefined) {
    restoreAt(cells, at, cell);
    return;
  }
  const neighbour = after.find((id) => places.has(id));
  cells.insert(neighbour === undefined ? 0 : (places.get(neighbour) ?? -1) + 1, [toYCell(cell)]);
}

/** Makes a text what it was, line by line. Must run in a transaction. */
export function restoreText(text: Y.Text, wanted: string): void {
  const runs = diffLines(text.toString(), wanted);
  let at = 0;
  for (const [nth, { kind, lines }] of runs.entries()) {
    const words = lines.join('');
    const next = runs[nth + 1];
    if (kind === 'removed') {
      const edit = editBetween(words, next?.kind === 'added' ? next.lines.join('') : '');
      if (edit !== undefined) applyEdit(text, { ...edit, start: edit.start + at, end: edit.end + at });
    } else {
      if (kind === 'added' && runs[nth - 1]?.kind !== 'removed') text.insert(at, words);
      at += words.length;
    }
  }
}

const OWN = new Set(['id', 'cell_type', 'source', 'metadata', 'outputs', 'execution_count', 'execution_state']);

function restoreAt(cells: Y.Array<YCell>, at: number, wanted: Cell): void {
  const live = cells.get(at);
  const now = fromYCell(live);
  const source = live.get('source');
  if (now.cell_type !== wanted.cell_type || !(source instanceof Y.Text)) {
    cells.delete(at);
    cells.insert(at, [toYCell(wanted)]);
    return;
  }
  restoreText(source, wanted.source);
  const metadata = live.get('metadata');
  if (metadata instanceof Y.Map) restoreMap(metadata, withoutTrust(wanted.metadata), TRUST);
  for (const key of new Set([...Object.keys(now), ...Object.keys(wanted)])) {
    if (!OWN.has(key)) restoreKey(live, key, wanted[key]);
  }
  if (wanted.cell_type === 'code' && now.cell_type === 'code') {
    restoreKey(live, 'execution_count', wanted.execution_count);
    const outputs = live.get('outputs');
    if (!(outputs instanceof Y.Array) || text(now.outputs) === text(wanted.outputs)) return;
    outputs.delete(0, outputs.length);
    outputs.insert(0, wanted.outputs.map(toYOutput));
  }
}

/** Says that code may run on opening; a decision of now, not of the state that comes back. */
const TRUST = new Set(['trusted']);

function restoreMap(map: Y.Map<unknown>, wanted: JsonObject, kept: ReadonlySet<string> = new Set()): void {
  for (const key of new Set([...map.keys(), ...Object.keys(wanted)])) {
    if (!kept.has(key)) restoreKey(map, key, wanted[key]);
  }
}

function restoreKey(map: Y.Map<unknown>, key: string, wanted: unknown): void {
  const now = map.get(key);
  if (wanted === undefined) {
    if (now !== undefined) map.delete(key);
  } else if (text(now instanceof Y.AbstractType ? now.toJSON() : now) !== text(wanted)) map.set(key, plain(wanted));
}

function text(value: unknown): string {
  return value === undefined ? '' : writeJson(plain(value));
}
