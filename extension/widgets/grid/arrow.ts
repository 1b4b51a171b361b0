import type { JsonCell } from '@daybook/shared/results/bundle';
import { type DataType, IntervalUnit, TimeUnit, Type, tableFromIPC } from '@uwdata/flechette';
import type { RowBlock } from './block.ts';

/** Nothing is rounded on the way: 64-bit integers, decimals and timestamps arrive as bigints. */
const EXACT = { useBigInt: true, useDecimalInt: true, useBigIntTimestamp: true } as const;

/** Decodes an Arrow IPC stream; cells are turned into `JsonCell` only when they are read. */
export function arrowBlock(body: ArrayBuffer | Uint8Array): RowBlock {
  const table = tableFromIPC(body, EXACT);
  return {
    count: table.numRows,
    cell: (row, column) => {
      const child = table.children[column];
      return child === undefined ? null : toCell(child.at(row), child.type);
    },
  };
}

/** An Arrow value of `type`, as flechette extracts it, in the notation of `JsonCell`. */
function toCell(value: unknown, type: DataType): JsonCell {
  if (value === null || value === undefined) return null;
  switch (type.typeId) {
    case Type.Dictionary:
      return toCell(value, type.dictionary);
    case Type.Date:
      return new Date(Number(value)).toISOString().slice(0, 10);
    case Type.Timestamp:
      return stamp(value, type.unit) + (type.timezone === null || type.timezone === undefined ? '' : '+00');
    case Type.Time:
      return clock(value, type.unit);
    case Type.Decimal:
      return decimal(BigInt(value as bigint | number), type.scale);
    case Type.Interval:
      return interval(value, type.unit);
    case Type.Duration:
      return interval([0, 0, Number(toNanos(value, type.unit))], IntervalUnit.MONTH_DAY_NANO);
    case Type.Binary:
    case Type.LargeBinary:
    case Type.FixedSizeBinary:
    case Type.BinaryView:
      return hex(value as Uint8Array);
    case Type.List:
    case Type.LargeList:
    case Type.ListView:
    case Type.LargeListView:
    case Type.FixedSizeList: {
      const item = type.children[0]?.type;
      return item === undefined ? [] : Array.from(value as Iterable<unknown>, (each) => toCell(each, item));
    }
    case Type.Struct: {
      const record = value as Record<string, unknown>;
      return Object.fromEntries(type.children.map(({ name, type: inner }) => [name, toCell(record[name], inner)]));
    }
    case Type.Map: {
      const entry = type.children[0].type;
      const [key, item] = entry.typeId === Type.Struct ? entry.children : [];
      return (value as [unknown, unknown][]).map(([k, v]) => [
        key === undefined ? null : toCell(k, key.type),
        item === undefined ? null : toCell(v, item.type),
      ]);
    }
    default:
      return plain(value);
  }
}

function plain(value: unknown): JsonCell {
  if (typeof value === 'bigint') {
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value.toString();
  }
  if (typeof value === 'number') return Number.isFinite(value) ? value : String(value);
  if (typeof value === 'string' || typeof value === 'boolean') return value;
  return JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? item.toString() : item));
}

function decimal(value: bigint, scale: number): string {
  const sign = value < 0n ? '-' : '';
  const digits = (value < 0n ? -value : value).toString().padStart(scale + 1, '0');
  return scale === 0 ? `${sign}${digits}` : `${sign}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}

const DAY = 86_400_000_000n;

function toNanos(value: unknown, unit: number): bigint {
  const scale = {
    [TimeUnit.SECOND]: 1_000_000_000n,
    [TimeUnit.MILLISECOND]: 1_000_000n,
    [TimeUnit.MICROSECOND]: 1000n,
  };
  return BigInt(value as bigint | number) * (scale[unit as 0 | 1 | 2] ?? 1n);
}

function stamp(value: unknown, unit: number): string {
  const nanos = toNanos(value, unit);
  const micros = nanos / 1000n - (nanos % 1000n < 0n ? 1n : 0n);
  const time = ((micros % DAY) + DAY) % DAY;
  const days = (micros - time) / DAY;
  const milliseconds = Number(days) * 86_400_000;
  // Beyond what a Date can hold stand DuckDB's `infinity` and its far past and future.
  if (Math.abs(milliseconds) > 8.64e15) return value !== null && micros > 0n ? 'infinity' : '-infinity';
  const day = new Date(milliseconds).toISOString().split('T')[0] ?? '';
  return `${day} ${time6(time)}`;
}

function clock(value: unknown, unit: number): string {
  return time6(toNanos(value, unit) / 1000n);
}

/** Microseconds within a day as `HH:MM:SS[.ffffff]`. */
function time6(micros: bigint): string {
  const seconds = micros / 1_000_000n;
  const rest = micros % 1_000_000n;
  const parts = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map((part) => part.toString().padStart(2, '0'));
  return parts.join(':') + (rest === 0n ? '' : `.${rest.toString().padStart(6, '0')}`);
}

function interval(value: unknown, unit: number): string {
  const parts = typeof value === 'object' ? Array.from(value as Iterable<number>) : [Number(value)];
  const [months = 0, days = 0, nanos = 0] =
    unit === IntervalUnit.YEAR_MONTH
      ? parts
      : unit === IntervalUnit.DAY_TIME
        ? [0, parts[0] ?? 0, (parts[1] ?? 0) * 1e6]
        : parts;
  const years = Math.trunc(months / 12);
  const words = [plural(years, 'year'), plural(months % 12, 'month'), plural(days, 'day')].filter(
    (word) => word !== '',
  );
  const micros = BigInt(Math.round(Math.abs(nanos) / 1000));
  if (micros !== 0n || words.length === 0) words.push(`${nanos < 0 ? '-' : ''}${time6(micros)}`);
  return words.join(' ');
}

function plural(amount: number, unit: string): string {
  return amount === 0 ? '' : `${amount} ${unit}${Math.abs(amount) === 1 ? '' : 's'}`;
}

function hex(bytes: Uint8Array): string {
  return `\\x${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
