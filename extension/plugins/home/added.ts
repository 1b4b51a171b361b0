const READABLE = /\.(csv|tsv|json|ndjson|jsonl|parquet|arrow)$/i;

/** `sales.csv was added. A SQL cell reads it: select * from 'sales.csv'`. */
export function added(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return READABLE.test(name)
    ? `${name} was added. A SQL cell reads it: select * from '${path.replaceAll("'", "''")}'`
    : `${name} was added.`;
}
