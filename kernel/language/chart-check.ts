import { compileChart } from '@daybook/cells/chart/compile';
import { chartSpec } from '@daybook/cells/chart/spec';
import { parseCell } from '@daybook/cells/magic';
import type { Diagnostic } from '@daybook/shared/api/editor';
import { DaybookError } from '@daybook/shared/errors/error';
import { readCell } from './cell-source.ts';
import { columnsOf } from './chart.ts';
import type { SqlKnowledge } from './sql/knowledge.ts';
import { toldAt } from './told-place.ts';

/**
 * What is wrong with a `%%chart` cell: its YAML, and the columns it names where those of its table
 * are known. The table may be another one once the cell runs, so columns are advice.
 */
export async function checkChart(source: string, knowledge: SqlKnowledge): Promise<Diagnostic[]> {
  const cell = readCell(source);
  // A cell that was only just made describes nothing yet.
  if (cell.body.trim() === '') return [];
  const spec = attempt(() => {
    parseCell(source);
    return chartSpec(cell);
  });
  if (spec instanceof DaybookError) return [toldAt(spec, cell, 'error')];
  const columns = await columnsOf(spec.from, knowledge);
  const plan = columns.length === 0 ? undefined : attempt(() => compileChart(spec, columns));
  return plan instanceof DaybookError ? [toldAt(plan, cell, 'warning')] : [];
}

function attempt<T>(work: () => T): T | DaybookError {
  try {
    return work();
  } catch (error) {
    if (error instanceof DaybookError) return error;
    throw error;
  }
}
