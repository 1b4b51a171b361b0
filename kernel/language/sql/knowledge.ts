import type { Catalog, SqlAssist, SqlAssistRequest, SqlFunction } from '@daybook/shared/results/catalog';
import type { ResultColumn } from '@daybook/shared/results/window';
import type { VisibleName } from '../thread.ts';
import type { SqlScope, SqlSource } from './sources.ts';

/** What help with SQL needs to ask. Every answer may be missing: a kernel that starts knows nothing yet. */
export interface SqlKnowledge {
  catalog(): Promise<Catalog>;
  functions(): Promise<readonly SqlFunction[]>;
  assist(request: SqlAssistRequest): Promise<SqlAssist>;
  /** Names of the cells above. */
  names(): Promise<readonly VisibleName[]>;
}

/** A source with its columns, as far as they are known. */
export interface KnownSource extends SqlSource {
  readonly columns: readonly ResultColumn[];
}

/** The columns of what a query selects from: from the catalog, or by asking the engine. */
export async function knownSources(scope: SqlScope, knowledge: SqlKnowledge): Promise<KnownSource[]> {
  const { tables } = await knowledge.catalog();
  const known = new Map(tables.map(({ name, columns }) => [name.toLowerCase(), columns]));
  const ctes = new Set(scope.ctes.map(({ name }) => name.toLowerCase()));
  const inCatalog = ({ table }: SqlSource) =>
    table === undefined || ctes.has(table.toLowerCase()) ? undefined : known.get(table.toLowerCase());
  const asked = scope.sources.filter((source) => inCatalog(source) === undefined).slice(0, 10);
  const { columns } =
    asked.length === 0 ? { columns: [] } : await knowledge.assist({ describe: asked.map(({ query }) => query) });
  return scope.sources.map((source) => ({
    ...source,
    columns: inCatalog(source) ?? columns[asked.indexOf(source)] ?? [],
  }));
}
