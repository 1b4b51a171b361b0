import { diffWords, type WordMark } from '@daybook/shared/notebook/diff/lines';
import type { LineRun } from '@daybook/shared/notebook/diff/notebook-diff';

/** One row of two columns; a side is undefined where the other has a line of its own. */
export interface Row {
  readonly before: Side | undefined;
  readonly after: Side | undefined;
}

export interface Side {
  readonly number: number;
  readonly changed: boolean;
  readonly words: readonly WordMark[];
}

/** Lines of context around a change. */
const CONTEXT = 3;
const LONGEST_WORDS = 600;

/** The lines of both texts beside each other, changed ones paired in their order. */
export function pairLines(runs: readonly LineRun[]): Row[] {
  const rows: Row[] = [];
  let [before, after] = [1, 1];
  for (let at = 0; at < runs.length; at += 1) {
    const { kind, lines } = runs[at] ?? { kind: 'same', lines: [] };
    const next = runs[at + 1];
    if (kind === 'same') {
      for (const line of lines) {
        const words = [{ text: trimEnd(line), changed: false }];
        rows.push({
          before: { number: before, changed: false, words },
          after: { number: after, changed: false, words },
        });
        [before, after] = [before + 1, after + 1];
      }
      continue;
    }
    const removed = kind === 'removed' ? lines : [];
    const added = kind === 'added' ? lines : next?.kind === 'added' ? next.lines : [];
    if (kind === 'removed' && next?.kind === 'added') at += 1;
    for (let nth = 0; nth < Math.max(removed.length, added.length); nth += 1) {
      const [old, young] = [removed[nth], added[nth]];
      const marks = markWords(old, young);
      const side = (line: string | undefined, number: number, words: readonly WordMark[] | undefined) =>
        line === undefined
          ? undefined
          : { number, changed: true, words: words ?? [{ text: trimEnd(line), changed: false }] };
      rows.push({ before: side(old, before, marks?.before), after: side(young, after, marks?.after) });
      [before, after] = [before + (old === undefined ? 0 : 1), after + (young === undefined ? 0 : 1)];
    }
  }
  return rows;
}

/** Rows to show, and how many equal ones are left out between them. */
export function foldRows(rows: readonly Row[]): (Row | { readonly hidden: readonly Row[] })[] {
  const near = new Set<number>();
  for (const [at, row] of rows.entries()) {
    if (row.before?.changed !== true && row.after?.changed !== true) continue;
    for (let nth = at - CONTEXT; nth <= at + CONTEXT; nth += 1) near.add(nth);
  }
  const folded: (Row | { hidden: Row[] })[] = [];
  for (const [at, row] of rows.entries()) {
    const last = folded.at(-1);
    if (near.has(at)) folded.push(row);
    else if (last !== undefined && 'hidden' in last) last.hidden.push(row);
    else folded.push({ hidden: [row] });
  }
  // A single line is shown rather than named.
  return folded.flatMap((each) => ('hidden' in each && each.hidden.length === 1 ? each.hidden : [each]));
}

function markWords(before: string | undefined, after: string | undefined) {
  if (before === undefined || after === undefined) return undefined;
  const [old, young] = [trimEnd(before), trimEnd(after)];
  if (old === young || old.length + young.length > LONGEST_WORDS) return undefined;
  return diffWords(old, young);
}

function trimEnd(line: string): string {
  return line.replace(/\r?\n$/, '');
}
