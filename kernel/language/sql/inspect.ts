import type { Description, InspectReply } from '@daybook/shared/api/editor';
import type { SqlFunction } from '@daybook/shared/results/catalog';
import type { ResultColumn } from '@daybook/shared/results/window';
import { knownSources, type SqlKnowledge } from './knowledge.ts';
import { scopeAt } from './sources.ts';
import { pieceAt, sqlTokens, statementAt } from './tokens.ts';

/** Columns listed at most. */
const MOST_COLUMNS = 60;

/** What stands at a place in SQL: a table with its columns, a column with its type, a function. */
export async function inspectSql(sql: string, offset: number, knowledge: SqlKnowledge): Promise<InspectReply> {
  const kind = pieceAt(sql, offset)?.kind;
  if (kind === 'comment' || kind === 'string') return null;
  const { text, start } = statementAt(sql, offset);
  const tokens = sqlTokens(text);
  const at = tokens.findIndex(
    (token) => token.start <= offset - start && offset - start <= token.end && token.kind !== 'sign',
  );
  const token = tokens[at];
  if (token === undefined) return null;
  const owner = tokens[at - 1]?.text === '.' ? tokens[at - 2]?.text : undefined;
  const description = await describeName(token.text, {
    owner,
    called: tokens[at + 1]?.text === '(',
    text,
    offset: offset - start,
    knowledge,
  });
  return description === undefined ? null : { start: token.start + start, end: token.end + start, description };
}

interface Named {
  readonly owner: string | undefined;
  readonly called: boolean;
  readonly text: string;
  readonly offset: number;
  readonly knowledge: SqlKnowledge;
}

async function describeName(
  name: string,
  { owner, called, text, offset, knowledge }: Named,
): Promise<Description | undefined> {
  if (called) return describeFunction(name, await knowledge.functions());
  const same = (other: string | undefined) => other?.toLowerCase() === name.toLowerCase();
  const sources = await knownSources(scopeAt(text, offset), knowledge);
  const of = sources.filter(
    ({ alias, table }) =>
      owner === undefined || [alias, table].some((each) => each?.toLowerCase() === owner.toLowerCase()),
  );
  for (const { alias, columns } of of) {
    const column = columns.find((each) => same(each.name));
    if (column !== undefined) return told(`${alias === '' ? '' : `${alias}.`}${column.name} ${column.type}`, '');
  }
  const source = sources.find(({ alias, table }) => same(alias) || same(table));
  if (source !== undefined && source.columns.length > 0) return describeTable(name, source.columns);
  const { tables } = await knowledge.catalog();
  const table = tables.find((each) => same(each.name));
  if (table !== undefined) return describeTable(name, table.columns);
  return undefined;
}

/** A table as a list of its columns. */
export function describeTable(name: string, columns: readonly ResultColumn[]): Description {
  const shown = columns.slice(0, MOST_COLUMNS).map((column) => `  ${column.name} ${column.type}`);
  if (columns.length > MOST_COLUMNS) shown.push(`  … ${columns.length - MOST_COLUMNS} more`);
  return told(`${name}\n${shown.join('\n')}`, '');
}

export function describeFunction(name: string, functions: readonly SqlFunction[]): Description | undefined {
  const found = functions.find((each) => each.name === name.toLowerCase());
  if (found === undefined) return undefined;
  const examples = found.examples.slice(0, 2).map((example) => `\`${example}\``);
  return told(found.signatures.join('\n'), [found.description, ...examples].filter((each) => each !== '').join('\n\n'));
}

function told(code: string, text: string): Description {
  return { code, language: 'sql', text };
}
