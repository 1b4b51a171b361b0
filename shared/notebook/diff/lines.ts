import { diffArrays, diffWordsWithSpace } from 'diff';
import type { LineRun } from './notebook-diff.ts';

/** Edits after which two texts are taken for different altogether: the work grows with their square. */
const MOST_LINE_EDITS = 2_000;
const MOST_WORD_EDITS = 400;

/** The lines of a text with their ends; joined they are the text. */
export function linesOf(text: string): string[] {
  return text === '' ? [] : text.split(/(?<=\n)/);
}

/** What lies between two texts, line by line; removed lines before the added ones in their place. */
export function diffLines(before: string, after: string): LineRun[] {
  const [old, young] = [linesOf(before), linesOf(after)];
  const runs = diffArrays(old, young, { maxEditLength: MOST_LINE_EDITS });
  if (runs === undefined) return whole(old, young);
  return runs.map(({ added, removed, value }) => ({
    kind: added ? 'added' : removed ? 'removed' : 'same',
    lines: value,
  }));
}

/** A part of a line, and whether the other line has it too. */
export interface WordMark {
  readonly text: string;
  readonly changed: boolean;
}

/** What changed within a line that was written anew; undefined when little of it stayed. */
export function diffWords(
  before: string,
  after: string,
): { readonly before: WordMark[]; readonly after: WordMark[] } | undefined {
  const runs = diffWordsWithSpace(before, after, { maxEditLength: MOST_WORD_EDITS });
  if (runs === undefined) return undefined;
  const kept = runs.reduce((sum, { added, removed, value }) => (added || removed ? sum : sum + value.trim().length), 0);
  if (kept * 4 < Math.min(before.length, after.length)) return undefined;
  const side = (other: 'added' | 'removed', own: 'added' | 'removed') =>
    runs.filter((run) => !run[other]).map((run) => ({ text: run.value, changed: run[own] }));
  return { before: side('added', 'removed'), after: side('removed', 'added') };
}

function whole(before: readonly string[], after: readonly string[]): LineRun[] {
  const runs: LineRun[] = [
    { kind: 'removed', lines: before },
    { kind: 'added', lines: after },
  ];
  return runs.filter(({ lines }) => lines.length > 0);
}
