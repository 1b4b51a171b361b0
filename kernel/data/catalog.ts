import type { Catalog, SqlAssist, SqlAssistRequest, SqlFunction } from '@daybook/shared/results/catalog';
import type { ResultColumn } from '@daybook/shared/results/window';
import { quoteText } from '@daybook/shared/sql/quote';
import { leadingWord, splitStatements } from '@daybook/shared/sql/tokens';
import type { DuckDBConnection } from '@duckdb/node-api';
import { type FilePlaces, findDataFile, listDataFiles } from './files.ts';
import { readProblems } from './query-tables.ts';
import { RESULTS_DATABASE } from './results.ts';
import { selectRows } from './rows.ts';

/** Columns and files told at most. */
const MOST_COLUMNS = 20_000;
const MOST_FILES = 500;
const MOST_SIGNATURES = 8;
/** Statements that may be described: the others have no columns to tell. */
const QUERIES = new Set(['SELECT', 'FROM', 'WITH', 'VALUES']);

/** Tables with their columns, and data files. */
export async function readCatalog(connection: DuckDBConnection, places: FilePlaces): Promise<Catalog> {
  const rows = await selectRows(
    connection,
    `SELECT database_name, schema_name, table_name, column_name, data_type FROM duckdb_columns()
     WHERE NOT internal AND database_name <> ${quoteText(RESULTS_DATABASE)}
     ORDER BY database_name, schema_name, table_name, column_index LIMIT ${MOST_COLUMNS}`,
  );
  const tables = new Map<string, ResultColumn[]>();
  for (const [database, schema, table, column, type] of rows.map((row) => row.map(String))) {
    const own = database === 'memory' || database === 'temp';
    const parts = [own ? '' : database, own && schema === 'main' ? '' : schema, table];
    const name = parts.filter((part) => part !== '' && part !== undefined).join('.');
    const columns = tables.get(name) ?? [];
    columns.push({ name: column ?? '', type: type ?? '' });
    tables.set(name, columns);
  }
  return {
    tables: [...tables].map(([name, columns]) => ({ name, columns })),
    files: listDataFiles(places, MOST_FILES),
  };
}

/** Every function that people call by name. */
export async function readFunctions(connection: DuckDBConnection): Promise<SqlFunction[]> {
  const rows = await selectRows(
    connection,
    `SELECT function_name, function_type, coalesce(description, ''), array_to_string(parameters, ','),
       array_to_string(list_transform(parameter_types, lambda x: coalesce(x, 'ANY')), ','), coalesce(return_type, ''),
       array_to_string(examples, chr(10))
     FROM duckdb_functions()
     WHERE function_type IN ('scalar', 'aggregate', 'table', 'macro', 'table_macro')
       AND regexp_matches(function_name, '^[a-z][a-z0-9_]*$')
     ORDER BY function_name`,
  );
  const functions = new Map<string, { -readonly [K in keyof SqlFunction]: SqlFunction[K] }>();
  for (const [
    name = '',
    type = '',
    description = '',
    parameters = '',
    types = '',
    answer = '',
    examples = '',
  ] of rows.map((row) => row.map((cell) => (cell === null ? '' : String(cell))))) {
    const kind = type === 'table_macro' ? 'table' : (type as SqlFunction['kind']);
    const known = functions.get(name) ?? { name, kind, signatures: [], description: '', examples: [] };
    const signature = `${name}(${typed(parameters, types)})${answer === '' ? '' : ` → ${answer}`}`;
    if (known.signatures.length < MOST_SIGNATURES && !known.signatures.includes(signature)) {
      known.signatures = [...known.signatures, signature];
    }
    if (known.description === '') known.description = description;
    if (known.examples.length === 0 && examples !== '') known.examples = examples.split('\n');
    functions.set(name, known);
  }
  return [...functions.values()];
}

function typed(parameters: string, types: string): string {
  if (parameters === '') return '';
  const each = types.split(',');
  return parameters
    .split(',')
    .map((name, index) => [name, each[index] ?? ''].filter((part) => part !== '').join(' '))
    .join(', ');
}

/** Helps with SQL that is being written; nothing of it is run. */
export async function assist(
  connection: DuckDBConnection,
  { before, describe, parse = [] }: SqlAssistRequest,
  places: FilePlaces,
): Promise<SqlAssist> {
  const keywords = before === undefined ? [] : await keywordsAfter(connection, before);
  const columns: SqlAssist['columns'][number][] = [];
  for (const query of describe) columns.push(await columnsOf(connection, query, places));
  return { keywords, columns, problems: await readProblems(connection, parse) };
}

async function keywordsAfter(connection: DuckDBConnection, before: string): Promise<string[]> {
  const rows = await selectRows(
    connection,
    `SELECT suggestion FROM sql_auto_complete(${quoteText(before)})
     WHERE suggestion_type = 'keyword' AND regexp_matches(suggestion, '^[A-Za-z_ ]+$') ORDER BY suggestion_score`,
  ).catch(() => []);
  return rows.map(([word]) => String(word).trim().toUpperCase());
}

/** A query that names a data file as a table is understood with the file in the table's place. */
async function columnsOf(
  connection: DuckDBConnection,
  query: string,
  places: FilePlaces,
): Promise<ResultColumn[] | null> {
  const [statement, ...more] = splitStatements(query);
  if (statement === undefined || more.length > 0 || !QUERIES.has(leadingWord(statement.text))) return null;
  const files: string[] = [];
  for (;;) {
    try {
      const text = files.length === 0 ? statement.text : withTables(statement.text, files);
      const rows = await selectRows(connection, `DESCRIBE ${text}`);
      return rows.map(([name, type]) => ({ name: String(name), type: String(type) }));
    } catch (error) {
      const missing = /Catalog Error: Table with name (.+) does not exist!/.exec(String(error))?.[1];
      const file = missing === undefined || files.length >= 5 ? undefined : findDataFile(missing, places);
      if (file === undefined) return null;
      files.push(`"${missing?.replaceAll('"', '""')}" AS (${file.select})`);
    }
  }
}

/** The query with more tables in front of its own `WITH`. */
function withTables(query: string, tables: readonly string[]): string {
  if (leadingWord(query) !== 'WITH') return `WITH ${tables.join(', ')} ${query}`;
  return query.replace(/^\s*with(\s+recursive)?/i, (word) => `${word} ${tables.join(', ')},`);
}
