import type { HistoryEntry } from './front-state.ts';

/** Entries remembered; the oldest are forgotten first. */
export const MOST_HISTORY = 1_000;

/** Content of `history_reply`. There is one session, this kernel's, numbered 0. */
export function historyReply(
  entries: readonly HistoryEntry[],
  content: Record<string, unknown>,
): Record<string, unknown> {
  const found = select(entries, content);
  const history = found.map(({ line, source, output }) => [
    0,
    line,
    content.output === true ? [source, output ?? null] : source,
  ]);
  return { status: 'ok', history };
}

function select(entries: readonly HistoryEntry[], content: Record<string, unknown>): readonly HistoryEntry[] {
  const last = typeof content.n === 'number' ? content.n : entries.length;
  if (content.hist_access_type === 'range') {
    const start = typeof content.start === 'number' ? content.start : 0;
    const stop = typeof content.stop === 'number' ? content.stop : Number.POSITIVE_INFINITY;
    return entries.filter(({ line }) => line >= start && line < stop);
  }
  if (content.hist_access_type !== 'search') return last > 0 ? entries.slice(-last) : [];
  const pattern = globPattern(String(content.pattern ?? '*'));
  const matches = entries.filter(({ source }) => pattern.test(source));
  const unique =
    content.unique === true ? [...new Map(matches.map((entry) => [entry.source, entry])).values()] : matches;
  return last > 0 ? unique.slice(-last) : [];
}

/** `*` and `?` as in file names, over the whole text. */
function globPattern(glob: string): RegExp {
  const escaped = glob.replace(/[\\^$.|+()[\]{}]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('*', '.*').replaceAll('?', '.')}$`, 's');
}
