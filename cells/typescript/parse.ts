import { DaybookError } from '@daybook/shared/errors/error';
import { type ParserOptions, parseSync } from 'oxc-parser';
import { type TransformOptions, transformSync } from 'oxc-transform';
import { Lines, type Place } from './lines.ts';
import { tooDeepAt } from './nesting.ts';

/**
 * The only way to oxc. Both functions fail with `nested_too_deeply`, and its place, on a source that
 * would exhaust the machine's stack and end the process.
 */
export function parse(name: string, source: string, options: ParserOptions) {
  refuseDeep(source);
  return parseSync(name, source, options);
}

export function transform(name: string, source: string, options: TransformOptions) {
  refuseDeep(source);
  return transformSync(name, source, options);
}

function refuseDeep(source: string): void {
  const at = tooDeepAt(source);
  if (at !== undefined) throw nestedTooDeeply(new Lines(source).place(at));
}

export const TOO_DEEP_TEXT = 'The code is nested too deeply to be read.';

export function nestedTooDeeply(place?: Place): DaybookError {
  return new DaybookError('nested_too_deeply', TOO_DEEP_TEXT, {
    action: 'Give its inner parts names of their own, or read large data from a file.',
    ...(place === undefined ? {} : { place }),
  });
}
