import { DaybookError } from '@daybook/shared/errors/error';
import { type CellNames, UNKNOWN_NAMES } from '@daybook/shared/graph/names';
import type { ScriptQuery } from '@daybook/shared/sql/script';
import type { SqlTables } from '@daybook/shared/sql/tables';
import { type CellSource, parseCell } from './magic.ts';

/** What a kind can tell of a cell's names by itself. Queries are left to DuckDB's parser. */
export interface NamesDraft extends CellNames {
  readonly queries: readonly ScriptQuery[];
}

/** The names in a cell body of one kind. A body that is not valid fails with DaybookError. */
export type NamesOf = (cell: CellSource) => NamesDraft;

/** Reads queries with DuckDB's parser: one answer each, undefined where it is no query. */
export type ReadTables = (queries: readonly string[]) => Promise<readonly (SqlTables | undefined)[]>;

/** Kinds that come with Daybook and whose cells share names. */
const KINDS: Readonly<Record<string, () => Promise<NamesOf>>> = {
  typescript: async () => (await import('./typescript/names.ts')).typescriptNames,
  sql: async () => (await import('./sql/names.ts')).sqlNames,
  chart: async () => (await import('./chart/names.ts')).chartNames,
};

/** A cell's names. Undefined when its source is not valid: then nothing can be said yet. */
export async function namesOf(source: string, readTables: ReadTables): Promise<CellNames | undefined> {
  let draft: NamesDraft;
  let kind: string;
  try {
    const cell = parseCell(source);
    kind = cell.kind;
    const load = Object.hasOwn(KINDS, cell.kind) ? KINDS[cell.kind] : undefined;
    if (load === undefined) return packagedNames(cell);
    draft = (await load())(cell);
  } catch (error) {
    if (error instanceof DaybookError) return undefined;
    // Deeply nested code exhausts the stack of whatever walks it.
    if (error instanceof RangeError) return UNKNOWN_NAMES;
    throw error;
  }
  if (draft.queries.length === 0) return finish(draft, []);
  const answers = await readTables(draft.queries.map(({ sql }) => sql));
  if (kind === 'sql' && draft.queries.some(({ whole }, index) => whole && answers[index] === undefined))
    return undefined;
  return finish(draft, answers);
}

/** A kind from a package: what it reads is its own affair. */
function packagedNames({ options }: CellSource): CellNames {
  const { result = '' } = options;
  return { ...UNKNOWN_NAMES, defines: result === '' ? [] : [result] };
}

/** Adds what the queries read. */
function finish(
  { defines, writes, uses, unknown, queries }: NamesDraft,
  answers: readonly (SqlTables | undefined)[],
): CellNames {
  const all = new Set(uses);
  let unread = unknown;
  for (const [index, { before }] of queries.entries()) {
    const answer = answers[index];
    unread ||= answer === undefined || answer.unknown;
    for (const name of answer?.uses ?? []) if (!before.includes(name)) all.add(name);
  }
  return { defines, writes, uses: [...all], unknown: unread };
}
