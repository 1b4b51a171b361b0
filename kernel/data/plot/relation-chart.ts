import { drawChart } from '@daybook/cells/chart/run';
import { chartSpecOf } from '@daybook/cells/chart/spec';
import { placed } from '@daybook/cells/placed';
import { DaybookError } from '@daybook/shared/errors/error';
import type { RelationEffects } from '../relation/effects.ts';
import { type SqlText, wrapLast } from '../relation/script.ts';
import { resultTable } from '../results.ts';

/** Draws a chart of a relation: the keys of `spec` are those of a `%%chart` cell without `from`. */
export async function plotRelation(
  { sql, parameters, tables }: SqlText,
  spec: object,
  { query, drop, now }: Pick<RelationEffects, 'query' | 'drop' | 'now'>,
): Promise<Record<string, unknown>> {
  // Tables of JavaScript would cross to the engine with every query: their rows are kept meanwhile.
  const kept = tables.size > 0 ? await query(sql, { parameters, tables, first: 0 }) : undefined;
  const source = kept === undefined ? wrapLast(sql, (last) => `(${last}\n)`) : resultTable(kept.id);
  try {
    return await drawChart(
      chartSpecOf(spec, { from: 'the data', source }),
      (text, first) =>
        query(text, { keep: false, first, parameters: kept === undefined ? parameters : [] }).catch(
          (error: unknown) => {
            // Places in it are those of SQL that the user never saw.
            throw error instanceof DaybookError ? placed(error, undefined) : error;
          },
        ),
      now(),
    );
  } finally {
    if (kept !== undefined) drop(kept.id);
  }
}
