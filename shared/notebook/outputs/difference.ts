import type { Output } from '../notebook.ts';

/** How outputs that were written are brought to those that are wanted. Applied in this order. */
export interface OutputChanges {
  /** The last output is a stream that goes on: characters to take from its end, and to add. */
  readonly tail: { readonly remove: number; readonly add: string } | undefined;
  /** Index of the first output to take out, with all after it. */
  readonly keep: number;
  /** To be put at the end. */
  readonly add: readonly Output[];
}

/**
 * The smallest change that viewers of the document can follow: only the last output's text may
 * change in place, everything else is taken out from there on and put back. Outputs that are the same
 * object are the same. `undefined` when nothing changed.
 */
export function difference(written: readonly Output[], wanted: readonly Output[]): OutputChanges | undefined {
  let same = 0;
  while (same < written.length && written[same] === wanted[same]) same += 1;
  if (same === written.length && same === wanted.length) return undefined;
  const [old, now] = [written[same], wanted[same]];
  if (same === written.length - 1 && isStream(old) && isStream(now) && old.name === now.name) {
    return { tail: tailOf(old.text, now.text), keep: written.length, add: wanted.slice(same + 1) };
  }
  return { tail: undefined, keep: same, add: wanted.slice(same) };
}

function tailOf(old: string, now: string): { readonly remove: number; readonly add: string } | undefined {
  if (old === now) return undefined;
  if (now.startsWith(old)) return { remove: 0, add: now.slice(old.length) };
  let same = 0;
  while (same < old.length && old.charCodeAt(same) === now.charCodeAt(same)) same += 1;
  // Half of a character that takes two units cannot stand alone.
  if (same > 0 && (now.charCodeAt(same - 1) & 0xfc00) === 0xd800) same -= 1;
  return { remove: old.length - same, add: now.slice(same) };
}

function isStream(output: Output | undefined): output is Output & { readonly name: string; readonly text: string } {
  return output?.output_type === 'stream' && typeof output.text === 'string';
}
