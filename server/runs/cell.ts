import type { Output } from '@daybook/shared/notebook/notebook';
import type { OutputChanges } from '@daybook/shared/notebook/outputs/difference';
import * as Y from 'yjs';
import { toYOutput, type YCell } from '../collab/notebook-cells.ts';

/*
 * How a run stands in a cell of the shared notebook. The order within a transaction is what the
 * stock view needs: a count that is set while a cell runs makes every page write `idle`, and of an
 * output that is there only the end of the last one's text may change. All must run in a transaction.
 */

/** The cell with this id now. Moving a cell makes it anew, so it is looked for each time. */
export function findCell(doc: Y.Doc, id: string): YCell | undefined {
  let found: YCell | undefined;
  doc.getArray<YCell>('cells').forEach((cell) => {
    if (found === undefined && cell instanceof Y.Map && cell.get('id') === id) found = cell;
  });
  return found;
}

/** Ids of all cells. */
export function cellIds(doc: Y.Doc): string[] {
  return doc.getArray<YCell>('cells').map((cell) => String(cell.get('id')));
}

export function sourceOf(cell: YCell): string {
  return String(cell.get('source') ?? '');
}

/** The cell begins to run: what it showed is gone. */
export function beginCell(cell: YCell): void {
  const outputs = outputsOf(cell);
  if (outputs.length > 0) outputs.delete(0, outputs.length);
  if (cell.get('execution_count') !== null) cell.set('execution_count', null);
  if (cell.get('execution_state') !== 'running') cell.set('execution_state', 'running');
  const metadata = metadataOf(cell);
  if (metadata.get('trusted') !== true) metadata.set('trusted', true);
  if (metadata.has('execution')) metadata.delete('execution');
}

/** When the kernel began and ended, under the names that JupyterLab gives these times. */
export function setTimes(cell: YCell, times: { readonly started?: number; readonly ended?: number }): void {
  const { started, ended } = times;
  metadataOf(cell).set('execution', {
    ...(started === undefined ? {} : instants(started, 'iopub.execute_input', 'shell.execute_reply.started')),
    ...(ended === undefined ? {} : instants(ended, 'shell.execute_reply')),
  });
}

export function writeOutputs(cell: YCell, { tail, keep, add }: OutputChanges): void {
  const outputs = outputsOf(cell);
  if (tail !== undefined) {
    const text = lastText(cell);
    if (text !== undefined) {
      if (tail.remove > 0) text.delete(text.length - tail.remove, tail.remove);
      if (tail.add !== '') text.insert(text.length, tail.add);
    }
  }
  const { length } = outputs;
  // First in, then out: so pages are told of it the other way round, which JupyterLab needs to count right.
  if (add.length > 0) outputs.insert(length, add.map(toYOutput));
  if (keep < length) outputs.delete(keep, length - keep);
}

/** The run is over. */
export function endCell(cell: YCell, count: number | null): void {
  if (cell.get('execution_count') !== count) cell.set('execution_count', count);
  if (cell.get('execution_state') !== 'idle') cell.set('execution_state', 'idle');
}

/** How many outputs the cell has, and the length of the last one's text: enough to see that others changed them. */
export function shapeOf(cell: YCell): { readonly outputs: number; readonly tail: number | undefined } {
  return { outputs: outputsOf(cell).length, tail: lastText(cell)?.length };
}

export function shapeOfOutputs(outputs: readonly Output[]): {
  readonly outputs: number;
  readonly tail: number | undefined;
} {
  const last = outputs.at(-1);
  const isStream = last?.output_type === 'stream' && typeof last.text === 'string';
  return { outputs: outputs.length, tail: isStream ? String(last.text).length : undefined };
}

function outputsOf(cell: YCell): Y.Array<unknown> {
  const found = cell.get('outputs');
  if (found instanceof Y.Array) return found;
  return cell.set('outputs', new Y.Array<unknown>());
}

function metadataOf(cell: YCell): Y.Map<unknown> {
  const found = cell.get('metadata');
  if (found instanceof Y.Map) return found;
  return cell.set('metadata', new Y.Map<unknown>());
}

function lastText(cell: YCell): Y.Text | undefined {
  const outputs = outputsOf(cell);
  const last = outputs.length === 0 ? undefined : outputs.get(outputs.length - 1);
  const text = last instanceof Y.Map ? last.get('text') : undefined;
  return text instanceof Y.Text ? text : undefined;
}

function instants(at: number, ...names: readonly string[]): Record<string, string> {
  const text = new Date(at).toISOString();
  return Object.fromEntries(names.map((name) => [name, text]));
}
