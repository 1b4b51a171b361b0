import { createHash, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { writeAtomic } from '../workspace/write-atomic.ts';

/** Milliseconds a browser stays signed in. */
export const SESSION_LIFE = 30 * 24 * 3600 * 1000;

const MOST_SESSIONS = 1000;
const Kept = z.array(z.object({ hash: z.string(), expires: z.number() }));

/**
 * Browser sessions, kept in one file of the home so that a restart signs nobody out. Only hashes
 * are stored: reading the file does not let anybody in.
 */
export interface Sessions {
  /** Makes a session and resolves with its secret id once it is on disk. */
  create(): Promise<string>;
  isValid(id: string): boolean;
  /** Ends a session; an unknown id is not an error. */
  end(id: string): Promise<void>;
}

export async function openSessions(folder: string, now: () => number = Date.now): Promise<Sessions> {
  const path = join(folder, 'sessions.json');
  const sessions = new Map(await load(path));
  let writing: Promise<void> = Promise.resolve();

  function save(): Promise<void> {
    const time = now();
    for (const [hash, expires] of sessions) if (expires <= time) sessions.delete(hash);
    // A Map keeps insertion order: the oldest go first.
    for (const hash of [...sessions.keys()].slice(0, Math.max(0, sessions.size - MOST_SESSIONS))) sessions.delete(hash);
    const write = () =>
      writeAtomic(path, Buffer.from(JSON.stringify([...sessions].map(([hash, expires]) => ({ hash, expires })))), {
        mode: 0o600,
      });
    writing = writing.then(write, write);
    return writing;
  }

  return {
    async create() {
      const id = randomBytes(32).toString('base64url');
      sessions.set(hashOf(id), now() + SESSION_LIFE);
      await save();
      return id;
    },
    isValid: (id) => (sessions.get(hashOf(id)) ?? 0) > now(),
    async end(id) {
      if (sessions.delete(hashOf(id))) await save();
    },
  };
}

async function load(path: string): Promise<[string, number][]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  try {
    return Kept.parse(JSON.parse(text)).map(({ hash, expires }) => [hash, expires]);
  } catch {
    // A damaged list costs a new sign-in, nothing else.
    return [];
  }
}

function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}
