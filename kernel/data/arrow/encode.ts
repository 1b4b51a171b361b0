import { DaybookError } from '@daybook/shared/errors/error';
import type { DuckDBDataChunk, DuckDBType } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { type ColumnPlan, planColumn } from './column.ts';
import { type BatchLayout, dictionaryMessage, END_OF_STREAM, recordMessage, schemaMessage } from './message.ts';
import { ByteSink } from './sink.ts';
import { VectorSource } from './source.ts';
import { type ArrowField, arrowFields } from './types.ts';

/** Chunks of up to 2,048 rows that go into one record batch. */
const CHUNKS_PER_BATCH = 64;
/** Bytes kept free for messages that come out a little larger than expected. */
const SLACK = 64 * 1024;
/** Arrow's 32-bit offsets end at 2 GiB; batches stay well below. */
const MAX_BUFFER = 0x4000_0000;

/**
 * Writes DuckDB chunks as an Arrow IPC stream. Each batch is measured, then written into one
 * allocation: values are copied from DuckDB's memory once, never made into JavaScript values.
 *
 * ```ts
 * const encoder = new ArrowEncoder(result.deduplicatedColumnNames(), result.columnTypes());
 * for (let chunk = await result.fetchChunk(); chunk; chunk = await result.fetchChunk()) encoder.add(chunk);
 * const bytes = encoder.finish();
 * ```
 */
export class ArrowEncoder {
  private readonly types: readonly DuckDBType[];
  private readonly sink = new ByteSink();
  private waiting: DuckDBDataChunk[] = [];
  private readonly most: number;
  /** Rows still to come, where that is known. */
  private expected: number;

  /** `rows`: how many there will be. `most`: bytes above which it fails with `result_too_large`. */
  constructor(
    names: readonly string[],
    types: readonly DuckDBType[],
    { rows = 0, most = Number.POSITIVE_INFINITY }: { readonly rows?: number; readonly most?: number } = {},
  ) {
    this.most = most;
    this.expected = rows;
    this.types = types;
    const fields = arrowFields(names, types);
    this.sink.push(schemaMessage(fields));
    this.dictionaries(fields);
  }

  /** Takes the chunk over; it must not be changed afterwards. Empty chunks are skipped. */
  add(chunk: DuckDBDataChunk): void {
    if (chunk.rowCount === 0) return;
    this.waiting.push(chunk);
    if (this.waiting.length >= CHUNKS_PER_BATCH) this.flush();
  }

  /** The whole stream, in a buffer of its own that starts on an 8-byte boundary. */
  finish(): Uint8Array {
    this.flush();
    this.sink.push(END_OF_STREAM);
    return this.sink.finish();
  }

  private flush(): void {
    if (this.waiting.length > 0) this.batch(this.waiting);
    this.waiting = [];
  }

  private batch(chunks: readonly DuckDBDataChunk[]): void {
    const plans = this.types.map((type, index) =>
      planColumn(
        type,
        chunks.map((chunk) => wholeColumn(chunk, index, type)),
      ),
    );
    if (plans.some(isTooWide)) {
      if (chunks.length === 1) {
        throw new DaybookError('result_too_large', 'These rows hold more than 1 GiB of text in one column.', {
          status: 413,
          action: 'Select fewer rows or shorter columns.',
        });
      }
      const half = chunks.length >> 1;
      this.batch(chunks.slice(0, half));
      this.batch(chunks.slice(half));
      return;
    }
    const rows = chunks.reduce((sum, chunk) => sum + chunk.rowCount, 0);
    const before = this.sink.length;
    writeBatch(this.sink, { length: rows, plans, message: recordMessage });
    if (this.sink.length > this.most) throw tooLarge(this.most);
    this.expected -= rows;
    if (this.expected <= 0) return;
    // Later batches are about as large as this one.
    const perRow = (this.sink.length - before) / rows;
    const all = this.sink.length + Math.ceil(this.expected * perRow * 1.01) + SLACK;
    // Far beyond: nothing is gained by filling the memory first.
    if (all > this.most * 1.5) throw tooLarge(this.most);
    this.sink.expect(Math.min(all, this.most + SLACK));
  }

  private dictionaries(fields: readonly ArrowField[]): void {
    for (const { type, children } of fields) {
      if (type.kind === 'dictionary') {
        const { id } = type;
        const plan = planTexts(type.values);
        writeBatch(this.sink, {
          length: plan.length,
          plans: [plan],
          message: (layout) => dictionaryMessage(id, layout),
        });
      }
      this.dictionaries(children);
    }
  }
}

function tooLarge(most: number): DaybookError {
  const size = most >= 1e9 ? `${(most / 1e9).toFixed(1)} GB` : `${Math.round(most / 1e6)} MB`;
  return new DaybookError('result_too_large', `This table takes more than ${size} as Arrow.`, {
    status: 413,
    action: 'Select fewer rows or columns, aggregate in SQL first, or take the first rows with LIMIT.',
  });
}

function wholeColumn(chunk: DuckDBDataChunk, index: number, type: DuckDBType) {
  const raw = duckdb.data_chunk_get_vector(chunk.chunk, index);
  return { source: new VectorSource(raw, type, chunk.rowCount), from: 0, count: chunk.rowCount };
}

function isTooWide(plan: ColumnPlan): boolean {
  return plan.buffers.some(({ bytes }) => bytes > MAX_BUFFER) || plan.children.some(isTooWide);
}

interface Batch {
  readonly length: number;
  readonly plans: readonly ColumnPlan[];
  readonly message: (layout: BatchLayout) => Uint8Array;
}

/** Writes the message and its body. */
function writeBatch(sink: ByteSink, { length, plans, message }: Batch): void {
  const nodes: [number, number][] = [];
  const buffers: [number, number][] = [];
  const fills: ((body: Uint8Array) => void)[] = [];
  let at = 0;
  const visit = (plan: ColumnPlan): void => {
    nodes.push([plan.length, plan.nulls]);
    for (const { bytes, fill } of plan.buffers) {
      const start = at;
      buffers.push([start, bytes]);
      if (bytes > 0) fills.push((body) => fill(body.subarray(start, start + bytes)));
      at += Math.ceil(bytes / 8) * 8;
    }
    plan.children.forEach(visit);
  };
  plans.forEach(visit);
  sink.push(message({ length, nodes, buffers, bodyBytes: at }));
  const body = sink.take(at);
  for (const fill of fills) fill(body);
}

function planTexts(values: readonly string[]): ColumnPlan {
  const encoder = new TextEncoder();
  const encoded = values.map((value) => encoder.encode(value));
  const offsets = new Int32Array(values.length + 1);
  for (const [index, bytes] of encoded.entries()) offsets[index + 1] = (offsets[index] ?? 0) + bytes.length;
  const bytes = concat(encoded);
  return {
    length: values.length,
    nulls: 0,
    buffers: [
      { bytes: 0, fill: () => {} },
      { bytes: offsets.byteLength, fill: (target) => target.set(new Uint8Array(offsets.buffer)) },
      { bytes: bytes.length, fill: (target) => target.set(bytes) },
    ],
    children: [],
  };
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((sum, piece) => sum + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}
