import {
  appendFileSync,
  closeSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type HistoryEntry, type HistoryStore, MOST_OUTPUT, MOST_SOURCE } from './entry.ts';
import { memoryStore } from './memory-store.ts';

/** Bytes kept over all sessions, and in one; sessions kept. The oldest go first. */
const MOST_BYTES = 16 * 1024 * 1024;
const MOST_SESSION_BYTES = 4 * 1024 * 1024;
const MOST_SESSIONS = 2_000;

const FILE = /^(\d{1,9})\.jsonl$/;

/**
 * A history in a folder that any number of kernels share. A session is a file named by its number
 * and written by one kernel alone: making it exclusively is what gives out the number. A line is a
 * cell (`{line, source}`) or the value of one (`{line, output}`); a line that a crash left half
 * written is passed over. Where the folder cannot be written, `log` is told once and the history
 * ends with the kernel.
 */
export function fileStore(folder: string, log: (text: string) => void): HistoryStore {
  let current: { readonly number: number; readonly file: string; bytes: number } | undefined;
  let instead: HistoryStore | undefined;

  function write(record: Record<string, unknown>): void {
    current ??= newFile(folder);
    const text = `${JSON.stringify(record)}\n`;
    // With its name each time: a file that was removed to make room begins anew.
    appendFileSync(current.file, text, { mode: 0o600 });
    current.bytes += Buffer.byteLength(text);
    if (current.bytes > MOST_SESSION_BYTES) current.bytes = halve(current.file);
  }

  function keep(record: Record<string, unknown>, otherwise: (store: HistoryStore) => void): void {
    try {
      if (instead === undefined) {
        write(record);
        return;
      }
    } catch (error) {
      log(`The history cannot be kept in ${folder}: ${error instanceof Error ? error.message : String(error)}`);
      instead = memoryStore();
    }
    otherwise(instead);
  }

  const numbers = async () => {
    const names = await readdir(folder).catch(() => []);
    return names
      .flatMap((name) => FILE.exec(name)?.[1] ?? [])
      .map(Number)
      .sort((a, b) => a - b);
  };

  return {
    begin: (line, source) => keep({ line, source: source.slice(0, MOST_SOURCE) }, (store) => store.begin(line, source)),
    end: (line, output) => keep({ line, output: output.slice(0, MOST_OUTPUT) }, (store) => store.end(line, output)),
    newSession() {
      current = undefined;
      instead?.newSession();
    },
    session: async () =>
      instead !== undefined ? instead.session() : (current?.number ?? ((await numbers()).at(-1) ?? 0) + 1),
    sessions: () => instead?.sessions() ?? numbers(),
    async read(session) {
      if (instead !== undefined) return instead.read(session);
      const text = await readFile(pathOf(folder, session), 'utf8').catch(() => '');
      return entriesOf(text, session);
    },
  };
}

/** Takes the next free number and makes room for its session. */
function newFile(folder: string): { number: number; file: string; bytes: number } {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  makeRoom(folder);
  let number = 1 + Math.max(0, ...sessionsIn(folder));
  for (;;) {
    try {
      const file = pathOf(folder, number);
      closeSync(openSync(file, 'wx', 0o600));
      return { number, file, bytes: 0 };
    } catch (error) {
      // Another kernel was first.
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
      number += 1;
    }
  }
}

function makeRoom(folder: string): void {
  const sizes = sessionsIn(folder).map((number) => ({ number, bytes: sizeOf(pathOf(folder, number)) }));
  let bytes = sizes.reduce((sum, each) => sum + each.bytes, 0);
  // The newest stays: its number must not be given out again.
  const old = sizes.sort((a, b) => a.number - b.number).slice(0, -1);
  for (const [index, each] of old.entries()) {
    if (bytes <= MOST_BYTES - MOST_SESSION_BYTES && old.length - index < MOST_SESSIONS) return;
    rmSync(pathOf(folder, each.number), { force: true });
    bytes -= each.bytes;
  }
}

/** Drops the older half of a session that has grown too large; gives its size. */
function halve(file: string): number {
  const lines = readLines(file);
  const text = lines.slice(Math.floor(lines.length / 2)).join('\n');
  writeFileSync(`${file}.part`, `${text}\n`, { mode: 0o600 });
  renameSync(`${file}.part`, file);
  return Buffer.byteLength(text) + 1;
}

function readLines(file: string): string[] {
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}

function entriesOf(text: string, session: number): HistoryEntry[] {
  const entries = new Map<number, HistoryEntry>();
  for (const row of text.split('\n')) {
    const record = parsed(row);
    if (record === undefined || typeof record.line !== 'number') continue;
    const { line, source, output } = record;
    if (typeof source === 'string') entries.set(line, { session, line, source, output: undefined });
    const entry = entries.get(line);
    if (entry !== undefined && typeof output === 'string') entries.set(line, { ...entry, output });
  }
  return [...entries.values()];
}

function parsed(line: string): { line?: unknown; source?: unknown; output?: unknown } | undefined {
  if (line === '') return undefined;
  try {
    return Object(JSON.parse(line)) as { line?: unknown };
  } catch {
    return undefined;
  }
}

function sessionsIn(folder: string): number[] {
  return readdirSync(folder)
    .flatMap((name) => FILE.exec(name)?.[1] ?? [])
    .map(Number);
}

function sizeOf(file: string): number {
  return statSync(file, { throwIfNoEntry: false })?.size ?? 0;
}

function pathOf(folder: string, session: number): string {
  return join(folder, `${String(session).padStart(6, '0')}.jsonl`);
}
