import { DaybookError } from '@daybook/shared/errors/error';
import { findJsonFault } from './json-position.ts';

/*
 * How a notebook stands in a file: nbformat 4, one space of indentation, keys sorted, texts of
 * several lines as arrays of lines. In the API, texts are whole. Unknown fields pass through.
 */

type Json = Record<string, unknown>;

/** Parses a notebook file; fails with `bad_notebook` (400) saying where and what is wrong. */
export function parseNotebook(text: string, path: string): Json {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const fault = findJsonFault(text);
    const where = fault === undefined ? '' : ` at line ${fault.line}, column ${fault.column}: ${fault.reason}`;
    throw badNotebook(path, text.trim() === '' ? 'the file is empty' : `it is not JSON${where}`, cause);
  }
  checkNotebook(value, path);
  return { ...value, cells: value.cells.map(joinCell) };
}

/** The bytes of a notebook's file, as nbformat writes them. */
export function printNotebook(notebook: Json): string {
  const cells = (notebook.cells as Json[]).map(splitCell);
  return `${JSON.stringify(sorted({ ...notebook, cells }), null, 1)}\n`;
}

/** Fails with `bad_notebook` unless the value has the form of an nbformat 4 notebook. */
export function checkNotebook(value: unknown, path: string): asserts value is Json & { cells: Json[] } {
  if (!isObject(value)) throw badNotebook(path, 'it holds no JSON object');
  if (value.nbformat !== 4) {
    const version =
      typeof value.nbformat === 'number'
        ? `has format ${value.nbformat}; only 4 can be opened`
        : 'names no notebook format';
    throw badNotebook(path, `it ${version}`);
  }
  if (!isObject(value.metadata)) throw badNotebook(path, '“metadata” is missing or no object');
  if (!Array.isArray(value.cells)) throw badNotebook(path, '“cells” is missing or no list');
  value.cells.forEach((cell: unknown, index) => {
    const name = `cell ${index + 1}`;
    if (!isObject(cell)) throw badNotebook(path, `${name} is no object`);
    if (cell.cell_type !== 'code' && cell.cell_type !== 'markdown' && cell.cell_type !== 'raw') {
      throw badNotebook(path, `${name} has the unknown type ${JSON.stringify(cell.cell_type) ?? 'nothing'}`);
    }
    if (!isText(cell.source)) throw badNotebook(path, `${name} has no source text`);
    if (cell.outputs !== undefined && !(Array.isArray(cell.outputs) && cell.outputs.every(isObject))) {
      throw badNotebook(path, `the outputs of ${name} are no list of objects`);
    }
  });
}

function joinCell(cell: Json): Json {
  const joined: Json = { ...cell, source: join(cell.source) };
  if (Array.isArray(cell.outputs)) joined.outputs = cell.outputs.map((output: Json) => mapTexts(output, join));
  if (isObject(cell.attachments)) joined.attachments = mapBundles(cell.attachments, join);
  return joined;
}

function splitCell(cell: Json): Json {
  const parted: Json = { ...cell, source: split(cell.source) };
  if (Array.isArray(cell.outputs)) parted.outputs = cell.outputs.map((output: Json) => mapTexts(output, split));
  if (isObject(cell.attachments)) parted.attachments = mapBundles(cell.attachments, split);
  return parted;
}

function mapTexts(output: Json, change: (text: unknown) => unknown): Json {
  const changed = { ...output };
  if (output.output_type === 'stream') changed.text = change(output.text);
  if (isObject(output.data)) changed.data = mapBundle(output.data, change);
  return changed;
}

function mapBundles(bundles: Json, change: (text: unknown) => unknown): Json {
  return Object.fromEntries(
    Object.entries(bundles).map(([name, bundle]) => [name, isObject(bundle) ? mapBundle(bundle, change) : bundle]),
  );
}

/** JSON media types hold values, not texts: a list in them is data. */
function mapBundle(bundle: Json, change: (text: unknown) => unknown): Json {
  return Object.fromEntries(
    Object.entries(bundle).map(([type, data]) => [type, /^application\/(.*\+)?json$/.test(type) ? data : change(data)]),
  );
}

function join(text: unknown): unknown {
  return Array.isArray(text) && text.every((line) => typeof line === 'string') ? text.join('') : text;
}

function split(text: unknown): unknown {
  return typeof text === 'string' ? (text.match(/[^\n]*\n|[^\n]+$/g) ?? []) : text;
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.keys(value)
      .sort()
      .map((key) => [key, sorted(value[key])]),
  );
}

function isText(value: unknown): boolean {
  return typeof value === 'string' || (Array.isArray(value) && value.every((line) => typeof line === 'string'));
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function badNotebook(path: string, reason: string, cause?: unknown): DaybookError {
  return new DaybookError('bad_notebook', `“${path}” cannot be opened as a notebook: ${reason}.`, {
    cause,
    action: 'The file is unchanged. To look at it or repair it, open it as text: right-click it, Open With, Editor.',
  });
}
