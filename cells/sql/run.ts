import { DaybookError } from '@daybook/shared/errors/error';
import type { RunContext } from '@daybook/shared/ports/run-context';
import type { CellSource } from '../magic.ts';
import { placed } from '../placed.ts';
import { compileSql, firstUse } from './compile.ts';
import { BUNDLE_ROWS, resultOutput } from './output.ts';

/**
 * Runs a `%%sql` cell: binds the variables it uses, shows the result, and names it for later
 * cells. Places in errors count from the first line of the body.
 */
export async function runSql(cell: CellSource, context: RunContext): Promise<void> {
  const { sql, parameters, result: name } = compileSql(cell);
  const values = await Promise.all(parameters.map((variable) => boundValue(variable, cell.body, context)));
  const result = await context.data.query(sql, {
    parameters: values,
    first: BUNDLE_ROWS,
    signal: context.signal,
    ...(name === undefined ? {} : { name }),
  });
  if (name !== undefined && !result.tabular) {
    throw new DaybookError('no_rows_to_name', `The last statement returns no rows that could be named “${name}”.`, {
      action: 'End the cell with a query, or leave result= out.',
    });
  }
  if (name !== undefined) await context.nameResult(name, result);
  context.display(resultOutput(result, { name, ran: context.now() }));
}

async function boundValue(variable: string, body: string, context: RunContext): Promise<unknown> {
  const place = firstUse(variable, body);
  const value = await context.variable(variable).catch((error: unknown) => {
    throw error instanceof DaybookError && error.place === undefined ? placed(error, place) : error;
  });
  const what = unbindable(value);
  if (what === undefined) return value;
  throw new DaybookError('bad_parameter', `The variable “${variable}” is ${what}, which cannot be a value in SQL.`, {
    ...(place === undefined ? {} : { place }),
    action:
      'Use a number, bigint, string, boolean, null, Date, bytes, or an array of one of these. A table is named without braces: FROM name.',
  });
}

/** What keeps a value from being bound, in words; `undefined` when nothing does. */
function unbindable(value: unknown): string | undefined {
  switch (typeof value) {
    case 'undefined':
      return 'undefined';
    case 'function':
    case 'symbol':
      return `a ${typeof value}`;
    case 'object':
      if (value === null || isDate(value) || ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
        return undefined;
      if (!Array.isArray(value)) return 'an object';
      return value.some((item) => Array.isArray(item) === false && unbindable(item) !== undefined)
        ? 'an array of objects'
        : undefined;
    default:
      return undefined;
  }
}

/** Dates of any realm: notebook code may run in its own. */
function isDate(value: object): boolean {
  return Object.prototype.toString.call(value) === '[object Date]';
}
