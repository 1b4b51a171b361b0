import type * as Y from 'yjs';

/** Replaces `[start, end)` by `insert`. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly insert: string;
}

/** The one edit between what two texts have in common at both ends, or `undefined` when equal. */
export function editBetween(from: string, to: string): Edit | undefined {
  if (from === to) return undefined;
  const most = Math.min(from.length, to.length);
  let start = 0;
  while (start < most && from[start] === to[start]) start += 1;
  if (isLowSurrogate(from, start) || isLowSurrogate(to, start)) start -= 1;
  let tail = 0;
  while (tail < most - start && from[from.length - 1 - tail] === to[to.length - 1 - tail]) tail += 1;
  if (tail > 0 && isLowSurrogate(from, from.length - tail)) tail -= 1;
  return { start, end: from.length - tail, insert: to.slice(start, to.length - tail) };
}

/**
 * The edit to make on `ours` so that it also has the change from `base` to `theirs`; `conflict`
 * when both changed the same or touching places.
 */
export function mergeText(base: string, ours: string, theirs: string): Edit | 'conflict' | undefined {
  if (ours === theirs) return undefined;
  const their = editBetween(base, theirs);
  if (their === undefined) return undefined;
  const our = editBetween(base, ours);
  if (our === undefined) return their;
  if (their.end < our.start) return their;
  if (their.start <= our.end) return 'conflict';
  const shift = our.insert.length - (our.end - our.start);
  return { ...their, start: their.start + shift, end: their.end + shift };
}

export function applyEdit(text: Y.Text, { start, end, insert }: Edit): void {
  if (insert !== '') text.insert(start, insert);
  if (end > start) text.delete(start + insert.length, end - start);
}

function isLowSurrogate(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return at > 0 && code >= 0xdc00 && code <= 0xdfff;
}
