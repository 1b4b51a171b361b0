import { freeName, KINDS, kindOf, magicFor, magicLength, readSource } from './kinds.ts';

const INNER = new RegExp(
  `^%%(?:${KINDS.filter(({ mime }) => mime !== undefined)
    .map(({ id }) => id)
    .join('|')})\\b[^\\n]*(?:\\n|$)`,
  'gm',
);

/**
 * What two halves of a split cell become so that both keep its kind: `first` still has the magic
 * line, `last` gets one, with a result name of its own. `undefined` when there is nothing to do.
 */
export function keepKind(
  { first, last }: { first: string; last: string },
  taken: readonly string[],
): { first: string; last: string } | undefined {
  const length = magicLength(first);
  if (length === 0 || magicLength(last) > 0) return undefined;
  const { kind, options } = readSource(first);
  const { result, ...rest } = options;
  const named = result === undefined ? rest : { result: freeName(taken), ...rest };
  return {
    first: length === first.length && !first.endsWith('\n') ? `${first}\n` : first,
    last: `${magicFor(kind, kindOf(kind).named ? named : options)}${last}`,
  };
}

/** The source of merged cells with the magic line of the first only. */
export function withoutInnerMagic(source: string): string {
  const length = magicLength(source);
  return source.slice(0, length) + source.slice(length).replace(INNER, '');
}
