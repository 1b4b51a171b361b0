import type { CompletionItem } from '@daybook/shared/api/editor';

/** Items drawn at once; more letters find the others. */
const MOST = 250;

/** The items that fit what was typed, best first: how they fit, then how near they are. */
export function ranked<T extends Pick<CompletionItem, 'label' | 'rank'>>(items: readonly T[], typed: string): T[] {
  const fitting = items
    .map((item) => ({ item, fit: fitOf(item.label, typed) }))
    .filter((each): each is { item: T; fit: number } => each.fit !== undefined)
    .sort((a, b) => a.fit - b.fit || a.item.rank - b.item.rank || compare(a.item.label, b.item.label));
  const [only] = fitting;
  // What is written out needs no list.
  if (fitting.length === 1 && only?.item.label === typed) return [];
  return fitting.slice(0, MOST).map(({ item }) => item);
}

/** 0 for the same beginning, 1 but for case, 2 for the beginnings of words, 3 for the letters in order. */
export function fitOf(label: string, typed: string): number | undefined {
  if (label.startsWith(typed)) return 0;
  const [small, letters] = [label.toLowerCase(), typed.toLowerCase()];
  if (small.startsWith(letters)) return 1;
  if (initials(label).startsWith(letters) || wordStarts(label).some((word) => word.startsWith(letters))) return 2;
  let at = 0;
  for (const letter of letters) {
    at = small.indexOf(letter, at) + 1;
    if (at === 0) return undefined;
  }
  return letters.length > 1 ? 3 : undefined;
}

function initials(label: string): string {
  return wordStarts(label)
    .map((word) => word.charAt(0))
    .join('');
}

function wordStarts(label: string): string[] {
  return [...label.matchAll(/[A-Z]+(?![a-z])|[A-Z]?[a-z0-9]+/g)].map(({ 0: word, index }) =>
    (word + label.slice(index + word.length)).toLowerCase(),
  );
}

function compare(a: string, b: string): number {
  const hidden = Number(a.startsWith('_')) - Number(b.startsWith('_'));
  return hidden || a.localeCompare(b);
}
