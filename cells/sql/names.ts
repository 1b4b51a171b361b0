import { splitStatements } from '@daybook/shared/sql/tokens';
import type { CellSource } from '../magic.ts';
import type { NamesDraft, QueryDraft } from '../names.ts';
import { compileSql } from './compile.ts';
import { readStatement } from './statement.ts';

/** The names of an SQL cell: its result, what its statements make and change, and its parameters. */
export function sqlNames(cell: CellSource): NamesDraft {
  const { sql, parameters, result } = compileSql(cell);
  const draft = scriptNames(sql);
  return {
    ...draft,
    defines: [...(result === undefined ? [] : [result]), ...draft.defines],
    uses: [...parameters, ...draft.uses],
  };
}

/** The queries in an SQL text that is not a cell. */
export function queriesOf(sql: string): readonly QueryDraft[] {
  return scriptNames(sql).queries;
}

function scriptNames(sql: string): NamesDraft {
  const [defines, writes, uses] = [new Set<string>(), new Set<string>(), new Set<string>()];
  const queries: QueryDraft[] = [];
  let unknown = false;
  for (const { text } of splitStatements(sql)) {
    const statement = readStatement(text);
    unknown ||= statement.unknown;
    const before = [...defines];
    if (statement.query !== undefined) queries.push({ sql: statement.query, whole: statement.query === text, before });
    for (const name of statement.uses) if (!defines.has(name)) uses.add(name);
    for (const name of statement.writes) if (!defines.has(name)) writes.add(name);
    for (const name of statement.defines) defines.add(name);
  }
  return { defines: [...defines], writes: [...writes], uses: [...uses], unknown, queries };
}
