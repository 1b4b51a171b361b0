/** Somebody who can be mentioned. */
export interface Mentionable {
  readonly id: string;
  readonly name: string;
  readonly displayName: string;
}

/** `@name` in a text: from the `@` to the end of the name, in UTF-16 units. */
export interface Mention<P extends Mentionable = Mentionable> {
  readonly start: number;
  readonly end: number;
  readonly person: P;
}

const WORD = /[\p{L}\p{N}_]/u;

/**
 * The mentions of known people in a text, in order. A mention begins where no word ends before it
 * (so an e-mail address mentions nobody), names a person by name or display name in any case, takes
 * the longest name that fits, and ends where the word does. Text in backquotes mentions nobody.
 */
export function findMentions<P extends Mentionable>(text: string, people: readonly P[]): Mention<P>[] {
  if (!text.includes('@')) return [];
  const names = people
    .flatMap((person) => [person.name, person.displayName].map((name) => ({ person, name: name.toLowerCase() })))
    .filter(({ name }) => name !== '')
    .sort((a, b) => b.name.length - a.name.length);
  const quoted = codeRanges(text);
  const found: Mention<P>[] = [];
  for (let at = text.indexOf('@'); at >= 0; at = text.indexOf('@', at + 1)) {
    const before = text.slice(0, at).match(/.$/su)?.[0] ?? '';
    if (WORD.test(before) || quoted.some(([from, to]) => at >= from && at < to)) continue;
    const hit = names.find(({ name }) => fits(text, at + 1, name));
    if (hit !== undefined) found.push({ start: at, end: at + 1 + hit.name.length, person: hit.person });
  }
  return found;
}

/** Everybody a text mentions, each once. */
export function mentioned<P extends Mentionable>(text: string, people: readonly P[]): P[] {
  return [...new Map(findMentions(text, people).map(({ person }) => [person.id, person])).values()];
}

function fits(text: string, from: number, name: string): boolean {
  const part = text.slice(from, from + name.length);
  // A letter may have another length in lower case; such a name fits only as it is written.
  if (part.toLowerCase() !== name) return false;
  const next = text.slice(from + name.length).match(/^./su)?.[0] ?? '';
  return !WORD.test(next);
}

function codeRanges(text: string): [number, number][] {
  return [...text.matchAll(/```[\s\S]*?(?:```|$)|`[^`\n]+`/g)].map(({ index, 0: code }) => [
    index,
    index + code.length,
  ]);
}
