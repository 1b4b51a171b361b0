import { setImmediate } from 'node:timers/promises';
import { quoteName, quoteText } from '@daybook/shared/sql/quote';
import * as duck from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { FIXED_WIDTHS, type FixedType, type PackedColumn, type TablePayload, type TextValues } from './payload.ts';

export interface TablePlace {
  readonly catalog: string;
  readonly schema: string;
  readonly table: string;
}

const TYPES: Readonly<Record<FixedType | 'VARCHAR' | 'BLOB', duck.DuckDBType>> = {
  BOOLEAN: duck.BOOLEAN,
  TINYINT: duck.TINYINT,
  UTINYINT: duck.UTINYINT,
  SMALLINT: duck.SMALLINT,
  USMALLINT: duck.USMALLINT,
  INTEGER: duck.INTEGER,
  UINTEGER: duck.UINTEGER,
  FLOAT: duck.FLOAT,
  DATE: duck.DATE,
  BIGINT: duck.BIGINT,
  UBIGINT: duck.UBIGINT,
  DOUBLE: duck.DOUBLE,
  TIME: duck.TIME,
  TIMESTAMP: duck.TIMESTAMP,
  TIMESTAMP_S: duck.TIMESTAMP_S,
  TIMESTAMP_MS: duck.TIMESTAMP_MS,
  TIMESTAMP_NS: duck.TIMESTAMP_NS,
  TIMESTAMPTZ: duck.TIMESTAMPTZ,
  HUGEINT: duck.HUGEINT,
  VARCHAR: duck.VARCHAR,
  BLOB: duck.BLOB,
};

/** Rows of a chunk, DuckDB's own. */
const CHUNK = 2_048;
/** Chunks written before the thread looks after others. */
const BREATH = 64;
const WIDTH = 16;
const INLINE = 12;

/**
 * Makes the table and fills it, in order. `throwIfCancelled` is asked now and then. A table that
 * could not be filled is not left behind.
 */
export async function loadTable(
  connection: duck.DuckDBConnection,
  payload: TablePayload,
  { place, temporary = false, throwIfCancelled = () => {} }: LoadOptions,
): Promise<void> {
  const into = `${quoteName(place.catalog)}.${quoteName(place.schema)}.${quoteName(place.table)}`;
  const casts = payload.columns.some(({ cast }) => cast !== undefined);
  const raw = casts ? { ...place, table: `${place.table} as it came` } : place;
  const from = `${quoteName(raw.catalog)}.${quoteName(raw.schema)}.${quoteName(raw.table)}`;
  const create = temporary ? 'CREATE TEMP TABLE' : 'CREATE TABLE';
  const columns = payload.columns.map(({ name, type }) => `${quoteName(name)} ${type}`);
  await connection.run(`${create} ${from} (${columns.join(', ')})`);
  try {
    await append(connection, payload, { place: raw, throwIfCancelled });
    if (!casts) return;
    const terms = payload.columns.map(({ name, cast }) => castTerm(quoteName(name), cast));
    await connection.run(`${create} ${into} AS SELECT ${terms.join(', ')} FROM ${from} ORDER BY rowid`);
  } catch (error) {
    await connection.run(`DROP TABLE IF EXISTS ${from}`);
    throw error;
  }
  await connection.run(`DROP TABLE ${from}`);
}

export interface LoadOptions {
  readonly place: TablePlace;
  readonly temporary?: boolean;
  readonly throwIfCancelled?: () => void;
}

function castTerm(name: string, cast: PackedColumn['cast']): string {
  if (cast === undefined) return name;
  if ('sql' in cast) return `CAST(${name} AS ${cast.sql}) AS ${name}`;
  return `json_transform(${name}::JSON, ${quoteText(cast.structure)}) AS ${name}`;
}

async function append(
  connection: duck.DuckDBConnection,
  { rows, columns }: TablePayload,
  { place, throwIfCancelled }: { readonly place: TablePlace; readonly throwIfCancelled: () => void },
): Promise<void> {
  const appender = await connection.createAppender(place.table, place.schema, place.catalog);
  const types = columns.map(({ type }) => TYPES[type]);
  const writers = columns.map(columnWriter);
  try {
    for (let from = 0; from < rows; from += CHUNK) {
      const count = Math.min(CHUNK, rows - from);
      const chunk = duck.DuckDBDataChunk.create(types, count);
      for (const [index, write] of writers.entries()) {
        write(duckdb.data_chunk_get_vector(chunk.chunk, index), from, count);
      }
      appender.appendDataChunk(chunk);
      if ((from / CHUNK) % BREATH === BREATH - 1) {
        await setImmediate();
        throwIfCancelled();
      }
    }
  } finally {
    appender.closeSync();
  }
}

type WriteRows = (vector: duckdb.Vector, from: number, count: number) => void;

function columnWriter(column: PackedColumn): WriteRows {
  const write = column.kind === 'fixed' ? fixedWriter(column) : textWriter(column);
  const { validity } = column;
  if (validity === undefined) return write;
  return (vector, from, count) => {
    write(vector, from, count);
    duckdb.vector_ensure_validity_writable(vector);
    // Chunks begin at whole bytes.
    duckdb.copy_data_to_vector_validity(vector, 0, validity.buffer, validity.byteOffset + from / 8, (count + 7) >> 3);
  };
}

function fixedWriter({ type, bytes }: Extract<PackedColumn, { kind: 'fixed' }>): WriteRows {
  const width = FIXED_WIDTHS[type];
  return (vector, from, count) =>
    duckdb.copy_data_to_vector(vector, 0, bytes.buffer, bytes.byteOffset + from * width, count * width);
}

/** Writes DuckDB's string_t itself where the text fits into it; a longer one needs DuckDB's memory. */
function textWriter({ bytes, offsets, codes }: TextValues): WriteRows {
  const block = new Uint8Array(CHUNK * WIDTH);
  const words = new Uint32Array(block.buffer);
  return (vector, from, count) => {
    block.fill(0, 0, count * WIDTH);
    const long: number[] = [];
    for (let row = 0; row < count; row++) {
      const text = codes === undefined ? from + row : (codes[from + row] ?? 0);
      const start = offsets[text] ?? 0;
      const length = (offsets[text + 1] ?? 0) - start;
      if (length > INLINE) {
        long.push(row, start, length);
        continue;
      }
      words[row * 4] = length;
      const place = row * WIDTH + 4;
      for (let index = 0; index < length; index++) block[place + index] = bytes[start + index] ?? 0;
    }
    duckdb.copy_data_to_vector(vector, 0, block.buffer, 0, count * WIDTH);
    for (let index = 0; index < long.length; index += 3) {
      const start = long[index + 1] ?? 0;
      const text = bytes.subarray(start, start + (long[index + 2] ?? 0));
      duckdb.vector_assign_string_element_len(vector, long[index] ?? 0, text);
    }
  };
}
