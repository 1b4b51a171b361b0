import type { HistoryEntry, HistoryStore } from './entry.ts';
import { globMatcher } from './glob.ts';

/** Characters of a pattern. */
const MOST_PATTERN = 1_000;

/**
 * Content of `history_reply`: `tail`, `range` (session 0 is the current one, −1 the one before) or
 * `search` (a pattern with `*`, `?` and `[…]` over the whole source, case counts). Oldest first.
 */
export async function historyReply(
  store: HistoryStore,
  content: Readonly<Record<string, unknown>>,
): Promise<Record<string, unknown>> {
  const found = await select(store, content);
  const history = found.map(({ session, line, source, output }) => [
    session,
    line,
    content.output === true ? [source, output ?? null] : source,
  ]);
  return { status: 'ok', history };
}

async function select(store: HistoryStore, content: Readonly<Record<string, unknown>>): Promise<HistoryEntry[]> {
  if (content.hist_access_type === 'range') {
    const start = numberOr(content.start, 0);
    const stop = numberOr(content.stop, Number.POSITIVE_INFINITY);
    const entries = await store.read(await sessionOf(store, numberOr(content.session, 0)));
    return entries.filter(({ line }) => line >= start && line < stop);
  }
  const most = Math.max(0, Math.floor(numberOr(content.n, Number.POSITIVE_INFINITY)));
  if (content.hist_access_type !== 'search') return newest(store, most, () => true);
  const fits = globMatcher(String(content.pattern ?? '*').slice(0, MOST_PATTERN));
  const seen = new Set<string>();
  return newest(store, most, ({ source }) => {
    if (!fits(source) || (content.unique === true && seen.has(source))) return false;
    seen.add(source);
    return true;
  });
}

/** A session by its number, or counted back from the current one among those that ran anything. */
async function sessionOf(store: HistoryStore, wanted: number): Promise<number> {
  if (wanted > 0) return wanted;
  const current = await store.session();
  if (wanted === 0) return current;
  const before = (await store.sessions()).filter((session) => session < current);
  return before.at(wanted) ?? 0;
}

/** The last `most` entries that are wanted, looking backwards no further than needed. */
async function newest(
  store: HistoryStore,
  most: number,
  wanted: (entry: HistoryEntry) => boolean,
): Promise<HistoryEntry[]> {
  const found: HistoryEntry[] = [];
  for (const session of [...(await store.sessions())].reverse()) {
    for (const entry of [...(await store.read(session))].reverse()) {
      if (found.length >= most) return found.reverse();
      if (wanted(entry)) found.push(entry);
    }
  }
  return found.reverse();
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : fallback;
}
