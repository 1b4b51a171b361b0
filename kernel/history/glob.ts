/** One character of a pattern, or any run of characters. */
type Part = '*' | ((character: string) => boolean);

/**
 * Whether text as a whole fits a pattern with `*`, `?` and `[…]` (ranges, `^` for the opposite), as
 * file names do. Time grows with the product of the two lengths at most, whatever the pattern.
 */
export function globMatcher(pattern: string): (text: string) => boolean {
  const parts = [...pattern.matchAll(/\*+|\[\^?\]?[^\]]*\]|[\s\S]/g)].map(([part]) => partOf(part));
  return (text) => fits(parts, text);
}

function partOf(part: string): Part {
  if (part.startsWith('*')) return '*';
  if (part === '?') return () => true;
  if (part.length < 3) return (character) => character === part;
  const opposite = part[1] === '^';
  const members = part.slice(opposite ? 2 : 1, -1);
  const ranges = [...members.matchAll(/([\s\S])-([\s\S])|[\s\S]/g)].map(
    ([one, from = one, to = one]) => [from, to] as const,
  );
  return (character) => ranges.some(([from, to]) => from <= character && character <= to) !== opposite;
}

/** Greedy: only the last `*` is ever given more. */
function fits(parts: readonly Part[], text: string): boolean {
  let [at, place] = [0, 0];
  let star: { readonly at: number; place: number } | undefined;
  while (place < text.length) {
    const part = parts[at];
    if (part === '*') {
      star = { at, place };
      at += 1;
    } else if (part?.(text.charAt(place)) === true) {
      at += 1;
      place += 1;
    } else if (star !== undefined) {
      star.place += 1;
      at = star.at + 1;
      place = star.place;
    } else return false;
  }
  return parts.slice(at).every((part) => part === '*');
}
