import { DaybookError } from '@daybook/shared/errors/error';
import type { Made } from '../data/relation/effects.ts';
import type { SqlPart } from '../data/relation/script.ts';
import type { Script } from './scripts.ts';
import { firstPlace, setFirstPlace } from './stack.ts';

/**
 * A failure of a relation's SQL as one at its line in the cell. Lines of the SQL are lines of the
 * template, so the place is looked up in the cell's text; the message names the SQL's own line.
 */
export function placeInCell(error: unknown, { origin, text }: Made): unknown {
  if (!(error instanceof DaybookError)) return error;
  const { code, status, action, place } = error;
  const line = place === undefined || text.parts.length === 0 ? '' : ` (line ${place.line} of the SQL)`;
  const moved = new DaybookError(code, `${error.message}${line}`, {
    status,
    cause: error,
    ...(action === undefined ? {} : { action }),
  });
  const made = firstPlace(origin);
  if (made === undefined) return moved;
  const exact =
    place === undefined || text.parts.length === 0
      ? undefined
      : find(made.script, text.parts, offsetOf(text.sql, place));
  setFirstPlace(moved, exact === undefined ? made : { script: made.script, place: exact });
  return moved;
}

function offsetOf(sql: string, { line, column = 1 }: { readonly line: number; readonly column?: number }): number {
  const before = sql.split('\n').slice(0, line - 1);
  return before.reduce((sum, each) => sum + each.length + 1, 0) + column - 1;
}

/** Where the character stands in the cell; undefined when the template is not found in it again. */
function find(script: Script, parts: readonly SqlPart[], offset: number): { line: number; column: number } | undefined {
  let from = 0;
  let place: number | undefined;
  for (const [index, { start, text }] of parts.entries()) {
    const open = index === 0 ? '`' : '}';
    const close = index === parts.length - 1 ? '`' : '${';
    const at = script.source.indexOf(open + text + close, from);
    if (at === -1) return undefined;
    if (offset >= start) place = at + 1 + Math.min(offset - start, text.length);
    from = at + 1 + text.length;
  }
  if (place === undefined) return undefined;
  const before = script.source.slice(0, place).split('\n');
  return { line: before.length, column: (before.at(-1)?.length ?? 0) + 1 };
}
