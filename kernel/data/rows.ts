import type { JsonCell } from '@daybook/shared/results/bundle';
import type { ResultColumn } from '@daybook/shared/results/window';
import {
  type DuckDBConnection,
  type DuckDBDataChunk,
  DuckDBMaterializedResult,
  type DuckDBResult,
  type DuckDBType,
  DuckDBTypeId,
} from '@duckdb/node-api';
import { toJsonCell } from './json-cell.ts';

/** Every chunk of a result, in order; each stays valid while it is referenced. */
export async function* chunksOf(result: DuckDBResult): AsyncGenerator<DuckDBDataChunk> {
  if (result instanceof DuckDBMaterializedResult) {
    // All there already: fetching would cross to another thread and back for each chunk.
    for (let index = 0; index < result.chunkCount; index++) yield result.getChunk(index);
    return;
  }
  for (let chunk = await result.fetchChunk(); chunk !== null; chunk = await result.fetchChunk()) {
    if (chunk.rowCount === 0) return;
    yield chunk;
  }
}

/** Names (made distinct as DuckDB does for tables) and types as SQL writes them. */
export function columnsOf(result: DuckDBResult): ResultColumn[] {
  const types = result.columnTypes();
  return result.deduplicatedColumnNames().map((name, index) => {
    return { name, type: typeName(types[index]) };
  });
}

/** `DECIMAL(18,3)`, `JSON`, a user's own type by its name; an enum of many values without them. */
function typeName(type: DuckDBType | undefined): string {
  if (type === undefined || type.typeId === DuckDBTypeId.SQLNULL) return 'INTEGER';
  if (type.alias !== undefined) return type.alias;
  const name = String(type);
  return type.typeId === DuckDBTypeId.ENUM && name.length > 200 ? 'ENUM' : name;
}

/** The chunk's rows as JSON, at most `limit` of them. */
function jsonRows(
  chunk: DuckDBDataChunk,
  types: readonly { readonly typeId: DuckDBTypeId }[],
  limit: number,
): JsonCell[][] {
  const count = Math.min(limit, chunk.rowCount);
  const rows: JsonCell[][] = Array.from({ length: count }, () => []);
  for (const [index, type] of types.entries()) {
    const vector = type.typeId === DuckDBTypeId.SQLNULL ? undefined : chunk.getColumnVector(index);
    for (const [row, cells] of rows.entries())
      cells.push(vector === undefined ? null : toJsonCell(vector.getItem(row)));
  }
  return rows;
}

/** Up to `limit` rows as JSON, and how many there are in all. */
export async function readRows(result: DuckDBResult, limit: number): Promise<{ rows: number; first: JsonCell[][] }> {
  const types = result.columnTypes();
  const first: JsonCell[][] = [];
  let rows = 0;
  for await (const chunk of chunksOf(result)) {
    if (first.length < limit) first.push(...jsonRows(chunk, types, limit - first.length));
    rows += chunk.rowCount;
  }
  return { rows, first };
}

/** All rows of a small query. */
export async function selectRows(connection: DuckDBConnection, sql: string): Promise<JsonCell[][]> {
  return (await readRows(await connection.run(sql), Number.POSITIVE_INFINITY)).first;
}
