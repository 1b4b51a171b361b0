import { DaybookError } from '@daybook/shared/errors/error';
import type { ResultWindow, ResultWindowRequest } from '@daybook/shared/results/window';
import type { DuckDBConnection, DuckDBMaterializedResult, DuckDBResult } from '@duckdb/node-api';
import { ArrowEncoder } from './arrow/encode.ts';
import { type Condition, orderClause, whereClause } from './filter.ts';
import { bindParameters } from './parameters.ts';
import type { StoredResult } from './results.ts';
import { chunksOf, columnsOf, readRows } from './rows.ts';

/** Filters whose row counts are remembered per result. */
const REMEMBERED_TOTALS = 64;

/** Rows `[offset, offset + limit)` of a stored result, filtered and sorted over the whole of it. */
export async function readWindow(
  connection: DuckDBConnection,
  result: StoredResult,
  request: ResultWindowRequest,
): Promise<ResultWindow> {
  const condition = whereClause(request.filter, result.columns);
  const total = await totalOf(connection, result, condition);
  const rows = await runBound(connection, windowSql(result, request, condition), condition);
  const { body, count } = request.format === 'arrow' ? await arrowBody(rows) : await jsonBody(rows);
  return { columns: result.columns, total, offset: request.offset, count, body };
}

function windowSql(result: StoredResult, { offset, limit, sort }: ResultWindowRequest, condition: Condition): string {
  if (sort.length === 0 && condition.where === '') {
    // Row ids of a table that is only ever filled once are its row numbers: no row before the
    // window needs to be read.
    return `SELECT * FROM ${result.table} WHERE rowid >= ${offset} AND rowid < ${offset + limit} ORDER BY rowid`;
  }
  const order = orderClause(sort, result.columns);
  return `SELECT * FROM ${result.table}${condition.where}${order} LIMIT ${limit} OFFSET ${offset}`;
}

async function totalOf(connection: DuckDBConnection, result: StoredResult, condition: Condition): Promise<number> {
  if (condition.where === '') return result.rows;
  const key = JSON.stringify([condition.where, condition.values]);
  const known = result.totals.get(key);
  if (known !== undefined) return known;
  const counted = await runBound(connection, `SELECT count(*) FROM ${result.table}${condition.where}`, condition);
  const total = Number((await counted.getRows())[0]?.[0] ?? 0);
  if (result.totals.size >= REMEMBERED_TOTALS) result.totals.clear();
  result.totals.set(key, total);
  return total;
}

async function runBound(
  connection: DuckDBConnection,
  sql: string,
  condition: Condition,
): Promise<DuckDBMaterializedResult> {
  const prepared = await connection.prepare(sql);
  try {
    bindParameters(prepared, condition.values);
    return await prepared.run();
  } catch (error) {
    if (error instanceof Error && /^(Conversion|Invalid Input|Out of Range) Error/.test(error.message)) {
      throw new DaybookError('bad_filter', `A filter value does not fit its column: ${error.message.split('\n')[0]}`, {
        action: 'Change the value to one of the column’s type.',
        cause: error,
      });
    }
    throw error;
  } finally {
    prepared.destroySync();
  }
}

async function arrowBody(rows: DuckDBMaterializedResult): Promise<{ body: Uint8Array; count: number }> {
  const { bytes, count } = await encodeArrow(rows);
  return { body: bytes, count };
}

async function jsonBody(rows: DuckDBMaterializedResult): Promise<{ body: Uint8Array; count: number }> {
  const { first, rows: count } = await readRows(rows, Number.POSITIVE_INFINITY);
  return { body: new TextEncoder().encode(JSON.stringify(first)), count };
}

/** A whole DuckDB result as an Arrow IPC stream of at most `most` bytes; `rows`: how many there are, if known; `result_too_large` otherwise. */
export async function encodeArrow(
  result: DuckDBResult,
  { rows, most }: { readonly rows?: number; readonly most?: number } = {},
): Promise<{ bytes: Uint8Array; count: number }> {
  const names = columnsOf(result).map((column) => column.name);
  const encoder = new ArrowEncoder(names, result.columnTypes(), {
    ...(rows === undefined ? {} : { rows }),
    ...(most === undefined ? {} : { most }),
  });
  let count = 0;
  for await (const chunk of chunksOf(result)) {
    encoder.add(chunk);
    count += chunk.rowCount;
  }
  return { bytes: encoder.finish(), count };
}
