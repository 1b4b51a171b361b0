import { type CellSource, parseCell } from '@daybook/cells/magic';
import { compileSql } from '@daybook/cells/sql/compile';
import type { Diagnostic } from '@daybook/shared/api/editor';
import { DaybookError } from '@daybook/shared/errors/error';
import { splitStatements } from '@daybook/shared/sql/tokens';
import { readCell } from '../cell-source.ts';
import { toldAt, wordAt } from '../told-place.ts';
import type { SqlKnowledge } from './knowledge.ts';

/** What keeps a `%%sql` cell from running, as far as that shows before it runs: options, parameters, grammar. */
export async function checkSql(source: string, knowledge: Pick<SqlKnowledge, 'assist'>): Promise<Diagnostic[]> {
  const cell = readCell(source);
  const trouble = compileTrouble(source, cell);
  if (trouble !== undefined) return trouble.code === 'sql_empty' ? [] : [toldAt(trouble, cell, 'error')];
  // A value stands for each variable; offsets stay.
  const sql = cell.body.replace(/\{\{[^{}]*\}\}/g, (whole) => '$1'.padEnd(whole.length));
  const statements = splitStatements(sql);
  const { problems } = await knowledge.assist({ describe: [], parse: statements.map(({ text }) => text) });
  return statements.flatMap(({ start, text }, index): Diagnostic[] => {
    const problem = problems[index];
    if (problem === null || problem === undefined) return [];
    const { message, offset = text.trimEnd().length } = problem;
    return [wordAt(start + offset, cell, { severity: 'error', message: sentence(message) })];
  });
}

function compileTrouble(source: string, cell: CellSource): DaybookError | undefined {
  try {
    parseCell(source);
    compileSql(cell);
    return undefined;
  } catch (error) {
    if (error instanceof DaybookError) return error;
    throw error;
  }
}

/** DuckDB's words, which begin small and end without a full stop. */
function sentence(message: string): string {
  return `${message.charAt(0).toUpperCase()}${message.slice(1)}.`;
}
