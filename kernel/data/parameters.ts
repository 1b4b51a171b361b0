import { DaybookError } from '@daybook/shared/errors/error';
import { sqlPieces } from '@daybook/shared/sql/tokens';
import {
  BIGINT,
  BLOB,
  BOOLEAN,
  blobValue,
  DOUBLE,
  type DuckDBPreparedStatement,
  type DuckDBType,
  type DuckDBValue,
  HUGEINT,
  INTEGER,
  LIST,
  listValue,
  SQLNULL,
  TIMESTAMP,
  timestampValue,
  VARCHAR,
} from '@duckdb/node-api';

/**
 * A statement of a script with its own parameters numbered from `$1` without gaps, as DuckDB
 * wants them, and their values. Everything after a parameter keeps its column.
 */
export function ownParameters(
  statement: string,
  values: readonly unknown[],
): { readonly text: string; readonly values: readonly unknown[] } {
  if (values.length === 0) return { text: statement, values };
  const used: number[] = [];
  const renumber = (whole: string, digits: string): string => {
    const known = used.indexOf(Number(digits));
    const place = known === -1 ? used.push(Number(digits)) : known + 1;
    return `$${place}`.padEnd(whole.length);
  };
  const text = sqlPieces(statement)
    .map(({ kind, start, end }) => {
      const piece = statement.slice(start, end);
      return kind === 'code' ? piece.replace(PARAMETER, renumber) : piece;
    })
    .join('');
  return { text, values: used.map((number) => requireValue(values, number)) };
}

const PARAMETER = /(?<![\w$\u0080-\uffff])\$(\d+)/g;

function requireValue(values: readonly unknown[], number: number): unknown {
  if (number >= 1 && number <= values.length) return values[number - 1];
  throw new DaybookError('bad_parameter', `The SQL uses the parameter $${number}, for which there is no value.`, {
    action: 'Write {{ name }} to use the value of a notebook variable.',
  });
}

/**
 * Binds JavaScript values to `$1…$n`: whole numbers as integers, other numbers as DOUBLE, Dates
 * as TIMESTAMP in UTC, arrays as lists. Errors: `bad_parameter`.
 */
export function bindParameters(statement: DuckDBPreparedStatement, values: readonly unknown[]): void {
  for (const [place, each] of values.entries()) {
    const { value, type } = toBound(each, `$${place + 1}`);
    if (value === null) statement.bindNull(place + 1);
    else statement.bindValue(place + 1, value, type);
  }
}

interface Bound {
  readonly value: DuckDBValue;
  readonly type: DuckDBType;
}

const INT32 = 2 ** 31;
const INT64 = 2n ** 63n;
const INT128 = 2n ** 127n;

function toBound(value: unknown, label: string): Bound {
  switch (typeof value) {
    case 'string':
      return { value, type: VARCHAR };
    case 'boolean':
      return { value, type: BOOLEAN };
    case 'number':
      return boundNumber(value);
    case 'bigint':
      if (value >= -INT64 && value < INT64) return { value, type: BIGINT };
      if (value >= -INT128 && value < INT128) return { value, type: HUGEINT };
      throw badParameter(label, 'an integer of more than 128 bits');
    case 'object':
      return boundObject(value, label);
    default:
      throw badParameter(label, value === undefined ? 'undefined' : `a ${typeof value}`);
  }
}

function boundNumber(value: number): Bound {
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return { value, type: DOUBLE };
  if (value >= -INT32 && value < INT32) return { value, type: INTEGER };
  return { value: BigInt(value), type: BIGINT };
}

function boundObject(value: object | null, label: string): Bound {
  if (value === null) return { value: null, type: SQLNULL };
  if (value instanceof Date) {
    const millis = value.getTime();
    if (Number.isNaN(millis)) throw badParameter(label, 'an invalid Date');
    return { value: timestampValue(BigInt(millis) * 1000n), type: TIMESTAMP };
  }
  if (value instanceof ArrayBuffer) return { value: blobValue(new Uint8Array(value)), type: BLOB };
  if (value instanceof Uint8Array) return { value: blobValue(value), type: BLOB };
  if (Array.isArray(value)) return boundList(value, label);
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    return boundList(Array.from(value as unknown as ArrayLike<unknown>), label);
  }
  throw badParameter(label, 'an object');
}

function boundList(values: readonly unknown[], label: string): Bound {
  const items = values.map((item, index) => toBound(item, `${label}[${index}]`));
  const type = commonType(
    items.filter((item) => item.value !== null).map((item) => item.type),
    label,
  );
  const aligned = items.map(({ value }) =>
    value === null
      ? null
      : type === DOUBLE
        ? Number(value)
        : type === BIGINT || type === HUGEINT
          ? BigInt(value as number)
          : value,
  );
  return { value: listValue(aligned), type: LIST(type) };
}

/** Widest first. */
const NUMBERS: readonly DuckDBType[] = [DOUBLE, HUGEINT, BIGINT, INTEGER];

/** Lists hold one type: the widest of their numbers, or the only one there is. */
function commonType(types: readonly DuckDBType[], label: string): DuckDBType {
  const distinct = [...new Map(types.map((type) => [String(type), type])).values()];
  if (distinct.length === 0) return VARCHAR;
  if (distinct.length === 1 && distinct[0] !== undefined) return distinct[0];
  const widest = NUMBERS.find((type) => distinct.includes(type));
  if (widest !== undefined && distinct.every((type) => NUMBERS.includes(type))) return widest;
  throw badParameter(label, 'an array of mixed types');
}

function badParameter(label: string, what: string): DaybookError {
  return new DaybookError('bad_parameter', `The parameter ${label} is ${what}, which SQL has no value for.`, {
    action: 'Pass a number, bigint, string, boolean, null, Date, or an array of one of these.',
  });
}
