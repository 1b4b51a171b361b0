import { type Dirent, readdirSync } from 'node:fs';
import { basename, extname, join, relative } from 'node:path';
import { DaybookError, type SourcePlace } from '@daybook/shared/errors/error';
import { quoteText } from '@daybook/shared/sql/quote';
import { nearest } from '@daybook/shared/text/nearest';

/** What the engine reads without a download, best first: two files of one name are decided by it. */
const READERS: readonly (readonly [extension: string, reader: string])[] = [
  ['.parquet', 'read_parquet'],
  ['.csv', 'read_csv'],
  ['.csv.gz', 'read_csv'],
  ['.tsv', 'read_csv'],
  ['.ndjson', 'read_json'],
  ['.jsonl', 'read_json'],
  ['.json', 'read_json'],
];
/** Known for data, but not read here: worth a word when somebody names one. */
const UNREADABLE = ['.arrow', '.feather', '.xlsx', '.xls', '.sqlite', '.db', '.duckdb', '.avro', '.orc'];
const SKIPPED = new Set(['node_modules', '__pycache__', 'venv']);
const MAX_DEPTH = 8;
const MAX_ENTRIES = 20_000;

export interface DataFile {
  /** Absolute. */
  readonly path: string;
  /** A SELECT over the whole file. */
  readonly select: string;
}

export interface FilePlaces {
  readonly cwd: string;
  readonly workspace: string;
}

/**
 * The data file a table name stands for: `flights_3m` is `flights-3m.parquet` in the notebook's
 * folder, or else the one found first, level by level, below the workspace. Hidden folders and
 * installed packages are not searched.
 */
export function findDataFile(table: string, places: FilePlaces): DataFile | undefined {
  const wanted = tableKey(table);
  for (const folder of [[places.cwd], levels(places.workspace)].flatMap((group) => [...group])) {
    const file = bestOf(filesIn(folder), wanted);
    if (file !== undefined) return dataFile(join(folder, file));
  }
  return undefined;
}

/** Data files in the notebook's folder and below the workspace, nearest first, at most `most` of them. */
export function listDataFiles({ cwd, workspace }: FilePlaces, most: number): { path: string; name: string }[] {
  const files: { path: string; name: string }[] = [];
  for (const folder of new Set([cwd, ...levels(workspace)])) {
    for (const file of filesIn(folder).sort()) {
      if (readerOf(file) === undefined || file.startsWith('.')) continue;
      if (files.length >= most) return files;
      files.push({ path: relative(cwd, join(folder, file)), name: tableKey(stemOf(file)) });
    }
  }
  return files;
}

/** A table or path that is nowhere. */
export interface Missing {
  readonly name: string;
  /** Where the script names it. */
  readonly place: SourcePlace | undefined;
  /** Tables that there are. */
  readonly tables: readonly string[];
}

/** Error for it; names what is near and where was looked. */
export function missingFile({ name, place, tables }: Missing, places: FilePlaces): DaybookError {
  const files = [...new Set([places.cwd, ...levels(places.workspace)])].flatMap((folder) =>
    filesIn(folder).map((file) => join(folder, file)),
  );
  const shown = (file: string): string => relative(places.cwd, file) || file;
  const unreadable = files.find((file) => isUnreadable(file) && sameName(file, name));
  const stems = new Map<string, string>();
  for (const file of files.filter((entry) => readerOf(entry) !== undefined)) {
    stems.set(basename(file), shown(file));
    stems.set(stemOf(basename(file)), shown(file));
  }
  for (const table of tables) stems.set(table, table);
  const near = [...new Set(nearest(basename(name), stems.keys(), 5).map((key) => stems.get(key) ?? key))].slice(0, 3);
  const hint =
    unreadable === undefined
      ? near.length > 0
        ? `Did you mean ${near.map((entry) => `“${entry}”`).join(' or ')}?`
        : 'Put the file into the notebook’s folder, or write its path in quotes.'
      : `“${shown(unreadable)}” is there, but SQL cells read CSV, JSON and Parquet. Convert it to one of these.`;
  const looked = places.cwd === places.workspace ? '' : `, then below ${places.workspace}`;
  return new DaybookError(
    'data_file_missing',
    `There is no table or data file “${name}”. Looked in ${places.cwd}${looked}.`,
    {
      status: 404,
      action: hint,
      ...(place === undefined ? {} : { place }),
    },
  );
}

/** `flights-3m` and `Flights 3M` both answer to `flights_3m`. */
function tableKey(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}_]/gu, '_');
}

function bestOf(files: readonly string[], wanted: string): string | undefined {
  for (const [extension] of READERS) {
    const found = files.filter((file) => matches(file, extension, wanted)).sort()[0];
    if (found !== undefined) return found;
  }
  return undefined;
}

function matches(file: string, extension: string, wanted: string): boolean {
  const lower = file.toLowerCase();
  return (
    lower.endsWith(extension) && (tableKey(file.slice(0, -extension.length)) === wanted || tableKey(file) === wanted)
  );
}

function dataFile(path: string): DataFile {
  return { path, select: `SELECT * FROM ${readerOf(path)}(${quoteText(escapeGlob(path))})` };
}

function readerOf(path: string): string | undefined {
  const lower = path.toLowerCase();
  return READERS.find(([extension]) => lower.endsWith(extension))?.[1];
}

/** DuckDB takes `*`, `?` and `[` in a path for a pattern; in brackets they stand for themselves. */
function escapeGlob(path: string): string {
  return path.replace(/[*?[]/g, '[$&]');
}

function isUnreadable(file: string): boolean {
  return UNREADABLE.includes(extname(file).toLowerCase());
}

function sameName(file: string, name: string): boolean {
  return tableKey(stemOf(basename(file))) === tableKey(stemOf(basename(name)));
}

function stemOf(file: string): string {
  return file.replace(/\.(?:csv\.gz|[A-Za-z0-9]+)$/, '');
}

/** The folder and those below it, nearest first, in a stable order and a bounded number. */
function* levels(root: string): Generator<string> {
  let level = [root];
  let budget = MAX_ENTRIES;
  for (let depth = 0; depth <= MAX_DEPTH && level.length > 0; depth++) {
    const next: string[] = [];
    for (const folder of level) {
      yield folder;
      const entries = entriesOf(folder);
      budget -= entries.length;
      if (budget < 0) return;
      for (const entry of entries) {
        if (entry.isDirectory() && !entry.name.startsWith('.') && !SKIPPED.has(entry.name))
          next.push(join(folder, entry.name));
      }
    }
    level = next.sort();
  }
}

function filesIn(folder: string): string[] {
  return entriesOf(folder)
    .filter((entry) => entry.isFile() || entry.isSymbolicLink())
    .map((entry) => entry.name);
}

function entriesOf(folder: string): Dirent[] {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    // A folder that cannot be read holds nothing the user could query.
    return [];
  }
}
