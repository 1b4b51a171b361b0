import { type HistoryEntry, type HistoryStore, MOST_OUTPUT, MOST_SOURCE } from './entry.ts';

/** Cells remembered; the oldest are forgotten first. */
const MOST_ENTRIES = 1_000;

/** A history that ends with the kernel. */
export function memoryStore(): HistoryStore {
  let session = 1;
  let entries: HistoryEntry[] = [];
  return {
    begin(line, source) {
      entries.push({ session, line, source: source.slice(0, MOST_SOURCE), output: undefined });
      if (entries.length > MOST_ENTRIES) entries = entries.slice(-MOST_ENTRIES);
    },
    end(line, output) {
      const at = entries.findLastIndex((entry) => entry.session === session && entry.line === line);
      const entry = entries[at];
      if (entry !== undefined) entries[at] = { ...entry, output: output.slice(0, MOST_OUTPUT) };
    },
    newSession() {
      if (entries.at(-1)?.session === session) session += 1;
    },
    session: async () => session,
    sessions: async () => [...new Set(entries.map((entry) => entry.session))],
    read: async (wanted) => entries.filter((entry) => entry.session === wanted),
  };
}
