import type { z } from 'zod';
import { DaybookError } from '../errors/error.ts';
import { createCellIds } from './cell-ids.ts';
import { JsonNumber } from './json-number.ts';
import { JsonSyntaxError, readJson } from './json-read.ts';
import { isLines, joinBundle, joinLines } from './multiline.ts';
import type { Cell, Notebook, Output } from './notebook.ts';
import { CellSpec, NotebookSpec, type OutputSpec } from './schema.ts';

/**
 * Reads the text of an `.ipynb` file (nbformat 4, any minor version).
 *
 * Ids are added where a cell has none, or has one that is invalid or taken. Fails with
 * `bad_notebook`, naming the line or the cell, on text that is not JSON, on another shape and on
 * nbformat 3 and older.
 */
export function parseNotebook(text: string): Notebook {
  return toNotebook(readText(text));
}

/** The same for JSON that was read already, such as the body of a request. */
export function toNotebook(json: unknown): Notebook {
  refuseVersion(json);
  const spec = NotebookSpec.safeParse(unboxVersion(json));
  if (!spec.success) throw badNotebook(`this is not a notebook: ${reason(spec.error)}`, spec.error);
  const { cells, ...rest } = spec.data;
  const idFor = createCellIds();
  return { ...rest, cells: cells.map((cell, index) => toCell(cell, index, idFor)) };
}

function toCell(json: unknown, index: number, idFor: ReturnType<typeof createCellIds>): Cell {
  const spec = CellSpec.safeParse(json);
  if (!spec.success) throw badNotebook(`cell ${index + 1} is broken: ${reason(spec.error)}`, spec.error);
  const cell = spec.data;
  const source = joinLines(cell.source);
  const id = idFor(cell.id, `${cell.cell_type} ${source}`);
  if (cell.cell_type === 'code') return { ...cell, id, source, outputs: cell.outputs.map(toOutput) };
  const { attachments, ...rest } = cell;
  if (attachments === undefined) return { ...rest, id, source };
  const joined = Object.entries(attachments).map(([name, bundle]) => [name, joinBundle(bundle)] as const);
  return { ...rest, id, source, attachments: Object.fromEntries(joined) };
}

function toOutput(output: z.infer<typeof OutputSpec>): Output {
  const { text, data, ...rest } = output;
  return {
    ...rest,
    ...(data === undefined ? {} : { data: joinBundle(data) }),
    ...(text === undefined ? {} : { text: isLines(text) ? text.join('') : text }),
  };
}

function readText(text: string): unknown {
  try {
    return readJson(text);
  } catch (cause) {
    if (!(cause instanceof JsonSyntaxError)) throw cause;
    const what = text.trim() === '' ? 'the file is empty' : `this is not valid JSON: ${cause.message}`;
    throw badNotebook(what, cause);
  }
}

function refuseVersion(json: unknown): void {
  const version = Number((json as { nbformat?: unknown } | null)?.nbformat);
  if (Number.isInteger(version) && version !== 4) {
    throw new DaybookError('bad_notebook', `the notebook is in format ${version}; only format 4 can be opened`, {
      action: version < 4 ? 'Convert it with “jupyter nbconvert --to notebook --nbformat 4”.' : 'Update Daybook.',
    });
  }
}

/** `4.0` and the like are read as JsonNumber; the two version numbers must be plain. */
function unboxVersion(json: unknown): unknown {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) return json;
  const entries = Object.entries(json).map(([name, value]) =>
    value instanceof JsonNumber && name.startsWith('nbformat') ? [name, Number(value)] : [name, value],
  );
  return Object.fromEntries(entries);
}

function reason(error: z.ZodError): string {
  const [issue] = error.issues;
  if (issue === undefined) return 'unknown reason';
  const place = issue.path.map(String).join(' → ');
  return place === '' ? issue.message : `${issue.message} (at ${place})`;
}

function badNotebook(message: string, cause: unknown): DaybookError {
  return new DaybookError('bad_notebook', message, {
    action: 'Mend the file as text, or bring back an earlier version of it.',
    cause,
  });
}
