import type { SqlProblem } from '@daybook/shared/results/catalog';
import { type SqlTables, tablesIn } from '@daybook/shared/sql/tables';
import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';

const PARSE = 'SELECT json_serialize_sql($1::VARCHAR, skip_null := true, skip_empty := true, skip_default := true)';

/** Parses queries without binding or running them. */
export async function readTables(
  connection: DuckDBConnection,
  queries: readonly string[],
): Promise<(SqlTables | null)[]> {
  const answers: (SqlTables | null)[] = [];
  for (const query of queries) {
    const read = await connection.runAndReadAll(PARSE, [query]);
    answers.push(tablesIn(String(read.getRows()[0]?.[0])) ?? null);
  }
  return answers;
}

/** What keeps DuckDB from reading each statement; null for those it can read. */
export async function readProblems(
  connection: DuckDBConnection,
  statements: readonly string[],
): Promise<(SqlProblem | null)[]> {
  const answers: (SqlProblem | null)[] = [];
  for (const statement of statements) {
    const read = await connection.runAndReadAll(PARSE, [statement]);
    const {
      error,
      error_type: type,
      error_message: message,
      position,
    } = Parsed.parse(JSON.parse(String(read.getRows()[0]?.[0])));
    // Of statements that are no queries it says so once it has read them.
    if (!error || type !== 'parser') answers.push(null);
    else answers.push({ message, ...(position === undefined ? {} : { offset: utf16(statement, Number(position)) }) });
  }
  return answers;
}

const Parsed = z.object({
  error: z.boolean(),
  error_type: z.string().optional(),
  error_message: z.string().default(''),
  position: z.string().optional(),
});

/** DuckDB counts code points. */
function utf16(text: string, points: number): number {
  return [...text].slice(0, points).join('').length;
}
