import { type SqlTables, tablesIn } from '@daybook/shared/sql/tables';
import type { DuckDBConnection } from '@duckdb/node-api';

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
