/** Cells between the total Notebook type and the shape of Jupyter's YNotebook (`@jupyter/ydoc` 4.2). */
import type { Cell, JsonObject, Output } from '@daybook/shared/notebook/notebook';
import * as Y from 'yjs';

export type YCell = Y.Map<unknown>;

/** A new Y cell. `trusted` is never taken from a file: it says that code may run on opening. */
export function toYCell(cell: Cell): YCell {
  const { source, metadata, outputs, ...rest } = cell;
  const made: YCell = new Y.Map();
  for (const [key, value] of Object.entries(rest)) if (value !== undefined) made.set(key, plain(value));
  made.set('source', new Y.Text(source));
  made.set('metadata', new Y.Map(entries(withoutTrust(metadata))));
  if (cell.cell_type === 'code') made.set('outputs', Y.Array.from(cell.outputs.map(toYOutput)));
  return made;
}

/** A stream's text is a Y.Text, so that it can grow; everything else is plain. */
export function toYOutput(output: Output): Y.Map<unknown> {
  const isStream = output.output_type === 'stream' && typeof output.text === 'string';
  const made = new Y.Map(entries(isStream ? { ...output, text: undefined } : output));
  if (isStream) made.set('text', new Y.Text(output.text as string));
  return made;
}

/** The cell as it goes into the file; the run state stays behind. Tolerates what clients may write. */
export function fromYCell(cell: YCell): Cell {
  return cellOf(cell.toJSON() as Record<string, unknown>);
}

/** The same for the plain content of a Y cell. */
export function cellOf({ execution_state, ...json }: Record<string, unknown>): Cell {
  const common = {
    ...json,
    id: String(json.id ?? ''),
    source: String(json.source ?? ''),
    metadata: withoutTrust(isObject(json.metadata) ? json.metadata : {}),
  };
  if (json.cell_type === 'code') {
    const count = typeof json.execution_count === 'number' && json.execution_count > 0 ? json.execution_count : null;
    const outputs = Array.isArray(json.outputs) ? json.outputs.filter(isOutput) : [];
    return { ...common, cell_type: 'code', execution_count: count, outputs };
  }
  return { ...common, cell_type: json.cell_type === 'markdown' ? 'markdown' : 'raw' };
}

/** Values of other classes (numbers that keep their spelling) as what a Y document can hold. */
export function plain(value: unknown): unknown {
  if (value instanceof Number) return value.valueOf();
  if (Array.isArray(value)) return value.map(plain);
  if (isObject(value)) return Object.fromEntries(entries(value));
  return value;
}

export function entries(object: JsonObject): [string, unknown][] {
  return Object.entries(object).flatMap(([key, value]) => (value === undefined ? [] : [[key, plain(value)]]));
}

export function withoutTrust({ trusted, ...metadata }: JsonObject): JsonObject {
  return metadata;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isOutput(value: unknown): value is Output {
  return isObject(value) && typeof value.output_type === 'string';
}
