import type {
  DuckDBArrayType,
  DuckDBDecimalType,
  DuckDBListType,
  DuckDBMapType,
  DuckDBStructType,
  DuckDBType,
} from '@duckdb/node-api';
import { DuckDBTypeId, DuckDBUnionValue } from '@duckdb/node-api';
import { countNulls, fillValidity } from './bits.ts';
import { convertIntervals, copyFixed, packBools, widen } from './fixed.ts';
import { countRows, type Run } from './source.ts';
import { fillStrings, measureStrings } from './strings.ts';
import { enumBits } from './types.ts';

/**
 * A column measured but not yet written: the first of two passes. The second one calls `fill`
 * with a zeroed, 8-byte aligned place of exactly `bytes` bytes for each buffer.
 */
export interface ColumnPlan {
  readonly length: number;
  readonly nulls: number;
  readonly buffers: readonly BufferPlan[];
  readonly children: readonly ColumnPlan[];
}

export interface BufferPlan {
  readonly bytes: number;
  fill(target: Uint8Array): void;
}

const FIXED_WIDTH = new Map<DuckDBTypeId, number>([
  [DuckDBTypeId.TINYINT, 1],
  [DuckDBTypeId.UTINYINT, 1],
  [DuckDBTypeId.SMALLINT, 2],
  [DuckDBTypeId.USMALLINT, 2],
  [DuckDBTypeId.INTEGER, 4],
  [DuckDBTypeId.UINTEGER, 4],
  [DuckDBTypeId.BIGINT, 8],
  [DuckDBTypeId.UBIGINT, 8],
  [DuckDBTypeId.HUGEINT, 16],
  [DuckDBTypeId.FLOAT, 4],
  [DuckDBTypeId.DOUBLE, 8],
  [DuckDBTypeId.DATE, 4],
  [DuckDBTypeId.TIME, 8],
  [DuckDBTypeId.TIME_NS, 8],
  [DuckDBTypeId.TIMESTAMP, 8],
  [DuckDBTypeId.TIMESTAMP_S, 8],
  [DuckDBTypeId.TIMESTAMP_MS, 8],
  [DuckDBTypeId.TIMESTAMP_NS, 8],
  [DuckDBTypeId.TIMESTAMP_TZ, 8],
]);

/** Plans one column of the given type; the shape agrees with `arrowFields` in types.ts. */
export function planColumn(type: DuckDBType, runs: readonly Run[]): ColumnPlan {
  const length = countRows(runs);
  const width = FIXED_WIDTH.get(type.typeId);
  if (width !== undefined) return flat(runs, length * width, (target) => copyFixed(runs, width, target));
  switch (type.typeId) {
    case DuckDBTypeId.SQLNULL:
      return { length, nulls: length, buffers: [], children: [] };
    case DuckDBTypeId.BOOLEAN:
      return flat(runs, (length + 7) >> 3, (target) => packBools(runs, target));
    case DuckDBTypeId.DECIMAL: {
      const from = decimalBytes((type as DuckDBDecimalType).width);
      return flat(runs, length * 16, (target) => widen(runs, { from, to: 16, signed: true }, target));
    }
    case DuckDBTypeId.UHUGEINT:
      return flat(runs, length * 32, (target) => widen(runs, { from: 16, to: 32, signed: false }, target));
    case DuckDBTypeId.INTERVAL:
      return flat(runs, length * 16, (target) => convertIntervals(runs, target));
    case DuckDBTypeId.ENUM: {
      const bytes = enumBits((type as { values: readonly string[] } & DuckDBType).values.length) >> 3;
      return flat(runs, length * bytes, (target) => copyFixed(runs, bytes, target));
    }
    case DuckDBTypeId.VARCHAR:
    case DuckDBTypeId.BLOB:
      return planStrings(runs);
    case DuckDBTypeId.STRUCT: {
      const { entryTypes } = type as DuckDBStructType;
      return { ...masked(runs, []), children: entryTypes.map((entry, index) => planEntry(runs, index, entry)) };
    }
    case DuckDBTypeId.LIST:
      return planList(runs, (type as DuckDBListType).valueType, planColumn);
    case DuckDBTypeId.MAP: {
      const { keyType, valueType } = type as DuckDBMapType;
      return planList(runs, type, (_, pairs) => {
        const children = [planEntry(pairs, 0, keyType), planEntry(pairs, 1, valueType)];
        return { ...masked(pairs, []), children };
      });
    }
    case DuckDBTypeId.ARRAY: {
      const { valueType, length: size } = type as DuckDBArrayType;
      const inner = runs.map(({ source, from, count }) => ({
        source: source.arrayChild(valueType, size),
        from: from * size,
        count: count * size,
      }));
      return { ...masked(runs, []), children: [planColumn(valueType, inner)] };
    }
    default:
      return planText(runs);
  }
}

function masked(runs: readonly Run[], rest: readonly BufferPlan[]): ColumnPlan {
  const length = countRows(runs);
  const nulls = countNulls(runs);
  const validity = { bytes: nulls === 0 ? 0 : (length + 7) >> 3, fill: (out: Uint8Array) => fillValidity(runs, out) };
  return { length, nulls, buffers: [validity, ...rest], children: [] };
}

function flat(runs: readonly Run[], bytes: number, fill: BufferPlan['fill']): ColumnPlan {
  return masked(runs, [{ bytes, fill }]);
}

function planStrings(runs: readonly Run[]): ColumnPlan {
  const { offsets, bytes } = measureStrings(runs);
  return masked(runs, [
    { bytes: offsets.byteLength, fill: (target) => target.set(new Uint8Array(offsets.buffer)) },
    { bytes, fill: (target) => fillStrings(runs, target) },
  ]);
}

function planEntry(runs: readonly Run[], index: number, type: DuckDBType): ColumnPlan {
  return planColumn(
    type,
    runs.map((run) => ({ ...run, source: run.source.structChild(index, type) })),
  );
}

/**
 * Lists: DuckDB gives each row an offset and a length into the child, in any order and with gaps;
 * Arrow wants the children of successive rows to follow each other. Neighbours share a run.
 */
function planList(
  runs: readonly Run[],
  childType: DuckDBType,
  planChild: (type: DuckDBType, runs: readonly Run[]) => ColumnPlan,
): ColumnPlan {
  const length = countRows(runs);
  const offsets = new Int32Array(length + 1);
  const inner: { source: Run['source']; from: number; count: number }[] = [];
  let at = 0;
  let total = 0;
  for (const { source, from, count } of runs) {
    const data = source.data(16);
    const entries = new Uint32Array(data.buffer, data.byteOffset, data.byteLength >> 2);
    const child = source.listChild(childType);
    for (let row = from; row < from + count; row++) {
      const size = source.isValid(row) ? (entries[row * 4 + 2] ?? 0) : 0;
      const start = entries[row * 4] ?? 0;
      const last = inner.at(-1);
      if (size > 0 && last?.source === child && last.from + last.count === start) last.count += size;
      else if (size > 0) inner.push({ source: child, from: start, count: size });
      total += size;
      offsets[++at] = total;
    }
  }
  const bytes = new Uint8Array(offsets.buffer);
  const plan = masked(runs, [{ bytes: bytes.length, fill: (target) => target.set(bytes) }]);
  return { ...plan, children: [planChild(childType, inner)] };
}

const utf8 = new TextEncoder();

/** Types without an Arrow counterpart, written as the text DuckDB shows for them. */
function planText(runs: readonly Run[]): ColumnPlan {
  const length = countRows(runs);
  const offsets = new Int32Array(length + 1);
  const validity = new Uint8Array((length + 7) >> 3);
  const pieces: Uint8Array[] = [];
  let at = 0;
  let total = 0;
  let nulls = 0;
  for (const { source, from, count } of runs) {
    const reader = source.reader();
    for (let row = from; row < from + count; row++) {
      const value = reader.getItem(row);
      if (value === null || (value instanceof DuckDBUnionValue && value.value === null)) {
        nulls += 1;
      } else {
        const piece = utf8.encode(String(value));
        pieces.push(piece);
        total += piece.length;
        validity[at >> 3] = (validity[at >> 3] ?? 0) | (1 << (at & 7));
      }
      offsets[++at] = total;
    }
  }
  const fillPieces = (target: Uint8Array): void => {
    let place = 0;
    for (const piece of pieces) {
      target.set(piece, place);
      place += piece.length;
    }
  };
  return {
    length,
    nulls,
    buffers: [
      { bytes: nulls === 0 ? 0 : validity.length, fill: (target) => target.set(validity) },
      { bytes: offsets.byteLength, fill: (target) => target.set(new Uint8Array(offsets.buffer)) },
      { bytes: total, fill: fillPieces },
    ],
    children: [],
  };
}

function decimalBytes(width: number): 2 | 4 | 8 | 16 {
  return width <= 4 ? 2 : width <= 9 ? 4 : width <= 18 ? 8 : 16;
}
