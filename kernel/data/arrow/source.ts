import { type DuckDBType, DuckDBVector } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';

/**
 * One DuckDB vector in native memory. The views it hands out are valid while the chunk that owns
 * the vector is referenced, so callers keep their chunks until they are done.
 */
export class VectorSource {
  readonly type: DuckDBType;
  readonly rows: number;
  private readonly raw: duckdb.Vector;
  private bytes: Uint8Array | undefined;
  private validityBytes: Uint8Array | null | undefined;
  private readonly inner = new Map<number, VectorSource>();

  constructor(raw: duckdb.Vector, type: DuckDBType, rows: number) {
    this.raw = raw;
    this.type = type;
    this.rows = rows;
  }

  /** The values, `width` bytes each. */
  data(width: number): Uint8Array {
    if (this.bytes?.length !== this.rows * width) {
      this.bytes = this.rows === 0 ? new Uint8Array(0) : duckdb.vector_get_data(this.raw, this.rows * width);
    }
    return this.bytes;
  }

  /** One bit per row, set where there is a value; `null` when every row has one. */
  get validity(): Uint8Array | null {
    if (this.validityBytes === undefined) {
      const bytes = Math.ceil(this.rows / 64) * 8;
      // The declared type leaves out the null that DuckDB returns when no row is null.
      const found: Uint8Array | null = bytes === 0 ? null : duckdb.vector_get_validity(this.raw, bytes);
      this.validityBytes = found ?? null;
    }
    return this.validityBytes;
  }

  isValid(row: number): boolean {
    const { validity } = this;
    return validity === null || (((validity[row >> 3] ?? 0) >> (row & 7)) & 1) === 1;
  }

  listChild(type: DuckDBType): VectorSource {
    return this.child(0, () => {
      const rows = duckdb.list_vector_get_size(this.raw);
      return new VectorSource(duckdb.list_vector_get_child(this.raw), type, rows);
    });
  }

  arrayChild(type: DuckDBType, size: number): VectorSource {
    return this.child(0, () => new VectorSource(duckdb.array_vector_get_child(this.raw), type, this.rows * size));
  }

  structChild(index: number, type: DuckDBType): VectorSource {
    return this.child(index, () => new VectorSource(duckdb.struct_vector_get_child(this.raw, index), type, this.rows));
  }

  /** The library's own reader, for types without a flat layout worth knowing. */
  reader(): DuckDBVector {
    return DuckDBVector.create(this.raw, this.rows, this.type);
  }

  private child(index: number, make: () => VectorSource): VectorSource {
    const known = this.inner.get(index);
    if (known !== undefined) return known;
    const made = make();
    this.inner.set(index, made);
    return made;
  }
}

/** Rows `[from, from + count)` of a vector. A column is a sequence of runs. */
export interface Run {
  readonly source: VectorSource;
  readonly from: number;
  readonly count: number;
}

export function countRows(runs: readonly Run[]): number {
  let rows = 0;
  for (const run of runs) rows += run.count;
  return rows;
}
