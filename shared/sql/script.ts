import { readStatement } from './statement.ts';
import { splitStatements } from './tokens.ts';

/** What a script makes, changes and reads, as far as its words tell; see shared/graph/names.ts for the names. */
export interface ScriptNames {
  readonly defines: readonly string[];
  readonly writes: readonly string[];
  readonly uses: readonly string[];
  /** Some statement could not be read. */
  readonly unknown: boolean;
  /** What is left to DuckDB's parser, in order. */
  readonly queries: readonly ScriptQuery[];
}

export interface ScriptQuery {
  /** A SELECT, or what DuckDB reads as one. */
  readonly sql: string;
  /** It is the statement as it was written, so that a text DuckDB cannot parse is not valid. */
  readonly whole: boolean;
  /** Names made earlier in the script, which are not read from outside. */
  readonly before: readonly string[];
}

export function scriptNames(sql: string): ScriptNames {
  const [defines, writes, uses] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const queries: ScriptQuery[] = [];
  let unknown = false;
  for (const { text } of splitStatements(sql)) {
    const statement = readStatement(text);
    unknown ||= statement.unknown;
    const { query } = statement;
    if (query !== undefined) queries.push({ sql: query, whole: query === text, before: [...defines] });
    for (const name of statement.uses) if (!defines.has(name)) uses.add(name);
    for (const name of statement.writes) if (!defines.has(name)) writes.add(name);
    for (const name of statement.defines) defines.add(name);
  }
  return { defines: [...defines], writes: [...writes], uses: [...uses], unknown, queries };
}
