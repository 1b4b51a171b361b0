/**
 * What a query reads, from DuckDB's own parse of it (`json_serialize_sql`): tables that are not
 * its CTEs, files, and functions it calls, by the names of the dependency graph.
 */
export interface SqlTables {
  readonly uses: readonly string[];
  /** Some of it is made while it runs (`query('…')`), or is not a query. */
  readonly unknown: boolean;
}

/** Table functions that read files. */
const READERS = /^(read_|parquet_|glob$|sniff_csv$|st_read)/;
const FILE = /\.(parquet|csv|tsv|txt|json|ndjson|jsonl|gz|zst|arrow|feather|xlsx)$|[/\\*]/i;

/** The name in the graph of what stands where a table stands: a table, or a file by its path. */
export function sourceKey(name: string): string {
  return FILE.test(name) ? fileKey(name) : `table:${name.toLowerCase()}`;
}

export function fileKey(path: string): string {
  return `file:${path.replace(/^(\.\/)+/, '')}`;
}

/** Reads the JSON that DuckDB gives. Undefined for a text it cannot parse; a statement it gives no tree of is unknown. */
export function tablesIn(serialized: string): SqlTables | undefined {
  const tree: unknown = JSON.parse(serialized);
  if (!isRecord(tree) || (tree.error === true && tree.error_type === 'parser')) return undefined;
  if (!Array.isArray(tree.statements)) return { uses: [], unknown: true };
  const reader = new Reader();
  for (const statement of tree.statements) reader.visit(statement, new Set());
  return { uses: [...reader.uses], unknown: reader.unknown };
}

class Reader {
  readonly uses = new Set<string>();
  unknown = false;

  visit(node: unknown, ctes: ReadonlySet<string>): void {
    if (Array.isArray(node)) {
      for (const each of node) this.visit(each, ctes);
      return;
    }
    if (!isRecord(node)) return;
    const inside = this.#ctes(node, ctes);
    if (node.type === 'BASE_TABLE') this.#table(node, ctes);
    if (node.class === 'FUNCTION' && typeof node.function_name === 'string') this.#function(node.function_name);
    if (node.type === 'TABLE_FUNCTION') this.#tableFunction(node.function);
    for (const [key, value] of Object.entries(node)) if (key !== 'cte_map') this.visit(value, inside);
  }

  /** A CTE sees those before it, and itself only when it is recursive. */
  #ctes(node: Record<string, unknown>, outer: ReadonlySet<string>): ReadonlySet<string> {
    const map = isRecord(node.cte_map) ? node.cte_map.map : undefined;
    if (!Array.isArray(map)) return outer;
    const seen = new Set(outer);
    for (const entry of map) {
      if (!isRecord(entry) || typeof entry.key !== 'string') continue;
      const name = entry.key.toLowerCase();
      this.visit(entry.value, isRecursive(entry.value) ? new Set([...seen, name]) : new Set(seen));
      seen.add(name);
    }
    return seen;
  }

  #table(node: Record<string, unknown>, ctes: ReadonlySet<string>): void {
    const { catalog_name, schema_name, table_name } = node;
    if (typeof table_name !== 'string') return;
    const path = [catalog_name, schema_name, table_name].filter((part): part is string => typeof part === 'string');
    if (path.length === 1 && ctes.has(table_name.toLowerCase())) return;
    if (path.length === 1) this.uses.add(sourceKey(table_name));
    else for (const name of qualified(path)) this.uses.add(name);
  }

  #function(name: string): void {
    if (/^\w+$/.test(name)) this.uses.add(`function:${name.toLowerCase()}`);
  }

  #tableFunction(call: unknown): void {
    if (!isRecord(call) || typeof call.function_name !== 'string') return;
    const name = call.function_name.toLowerCase();
    const texts = textsIn(call.children);
    if (name === 'query') this.unknown = true;
    if (name === 'query_table') for (const text of texts) this.uses.add(sourceKey(text));
    if (!READERS.test(name)) return;
    for (const text of texts) this.uses.add(fileKey(text));
    if (texts.length === 0) this.unknown = true;
  }
}

/** The names of a table given with its schema or database: the notebook's own stand in `main`. */
export function qualified(path: readonly string[]): string[] {
  const parts = path.map((part) => part.toLowerCase());
  const own = parts.length === 3 && parts[0] === 'memory' ? parts.slice(1) : parts;
  if (own.length === 2 && (own[0] === 'main' || own[0] === 'temp' || own[0] === 'memory')) return [`table:${own[1]}`];
  if (own.length === 1) return [`table:${own[0]}`];
  return [`table:${own.join('.')}`, `database:${own[0]}`];
}

/** Constant texts among arguments and in lists of them; named arguments are options. */
function textsIn(children: unknown): string[] {
  if (!Array.isArray(children)) return [];
  return children.flatMap((child) => {
    if (!isRecord(child)) return [];
    if (child.class === 'CONSTANT' && isRecord(child.value) && typeof child.value.value === 'string') {
      return [child.value.value];
    }
    return child.function_name === 'list_value' ? textsIn(child.children) : [];
  });
}

function isRecursive(value: unknown): boolean {
  const query = isRecord(value) ? value.query : undefined;
  const node = isRecord(query) ? query.node : undefined;
  return isRecord(node) && node.type === 'RECURSIVE_CTE_NODE';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
