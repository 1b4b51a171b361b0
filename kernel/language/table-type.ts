import type { TableColumns } from './thread.ts';

/**
 * TypeScript for the named result of a SQL cell. The types are those the kernel makes of DuckDB's:
 * numbers as JavaScript likes them (`data/plain-columns.ts`), the rest as Arrow has them.
 */
export function tableDeclaration(name: string | undefined, tables: TableColumns): string {
  if (name === undefined || !/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(name)) return '';
  const columns = Object.hasOwn(tables, name) ? tables[name] : undefined;
  const type =
    columns === undefined
      ? 'any'
      : `{ ${columns.map((column) => `${JSON.stringify(column.name)}: ${arrowType(column.type)}`).join('; ')} }`;
  const list = columns?.map((column) => `\`${column.name}\` ${column.type.toLowerCase()}`).join(', ');
  const doc =
    columns === undefined
      ? 'A result of SQL; its columns are known when the cell has run.'
      : `A result of SQL: ${list}.`;
  return `/** ${doc.replaceAll('*/', '* /')} */\ndeclare const ${name}: import("apache-arrow").Table<${type}>;`;
}

const PLAIN: Readonly<Record<string, string>> = {
  BOOLEAN: 'Bool',
  TINYINT: 'Int8',
  SMALLINT: 'Int16',
  INTEGER: 'Int32',
  UTINYINT: 'Uint8',
  USMALLINT: 'Uint16',
  UINTEGER: 'Uint32',
  FLOAT: 'Float32',
  DOUBLE: 'Float64',
  BIGINT: 'Int64',
  UBIGINT: 'Uint64',
  HUGEINT: 'Int64',
  VARCHAR: 'Utf8',
  UUID: 'Utf8',
  BLOB: 'Binary',
  DATE: 'DateDay',
  TIME: 'TimeMicrosecond',
};

function arrowType(type: string): string {
  const plain = PLAIN[type];
  if (plain !== undefined) return `import("apache-arrow").${plain}`;
  if (type.endsWith(']')) return 'import("apache-arrow").List';
  // Exact only when its values have more digits than a number carries.
  if (type.startsWith('DECIMAL')) return 'import("apache-arrow").Float64';
  if (type.startsWith('TIMESTAMP')) return 'import("apache-arrow").Timestamp';
  if (type.startsWith('ENUM')) return 'import("apache-arrow").Dictionary<import("apache-arrow").Utf8>';
  return 'import("apache-arrow").DataType';
}
