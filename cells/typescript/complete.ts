import { tooDeepAt } from './nesting.ts';
import { parse } from './parse.ts';

export type Completeness = 'complete' | 'incomplete' | 'invalid';

/**
 * Whether a console should run what was typed or wait for more: incomplete when the parser fails
 * at the very end of the text.
 */
export function isComplete(source: string): Completeness {
  // What cannot be read is run: that says why.
  if (tooDeepAt(source) !== undefined) return 'complete';
  const { errors } = parse('cell.ts', source, { sourceType: 'module', lang: 'ts' });
  const [error] = errors;
  if (error === undefined) return 'complete';
  const end = source.trimEnd().length;
  const open = errors.some(
    ({ message, labels }) =>
      /^(Unterminated|Expected `?.*`? but found `EOF`|Unexpected end)/i.test(message) ||
      labels.some((label) => label.end > end || label.start >= end),
  );
  return open ? 'incomplete' : 'invalid';
}
