import { createHash, randomBytes } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Disposer } from '@daybook/shared/ports/disposer';
import { z } from 'zod';
import { writeAtomic } from '../workspace/write-atomic.ts';
import { ROLES } from './roles.ts';

/** Milliseconds a browser stays signed in. */
export const SESSION_LIFE = 30 * 24 * 3600 * 1000;

const MOST_SESSIONS = 1000;
/** Milliseconds between looks at sessions that somebody watches. */
const WATCH = 500;

const Session = z.object({
  /** SHA-256 of the secret id. */
  hash: z.string(),
  expires: z.number(),
  /** Absent for whoever holds the token. */
  user: z.object({ name: z.string(), role: z.enum(ROLES) }).optional(),
});
export type Session = z.infer<typeof Session>;
const Kept = z.array(Session);

/**
 * Browser sessions, kept in one file of the home so that a restart signs nobody out. Only hashes
 * are stored: reading the file does not let anybody in. What another program writes into the file
 * is seen when a session is looked for, and within a second where somebody watches.
 */
export interface Sessions {
  /** Makes a session and resolves with its secret id once it is on disk. */
  create(user?: Session['user']): Promise<string>;
  /** `undefined` when there is no such session, or it is over. */
  find(id: string): Session | undefined;
  /** Tells when a session has another user or role, or is over (`undefined`). */
  watch(id: string, listener: (session: Session | undefined) => void): Disposer;
  /** Ends a session; an unknown id is not an error. */
  end(id: string): Promise<void>;
}

export async function openSessions(folder: string, now: () => number = Date.now): Promise<Sessions> {
  const path = join(folder, 'sessions.json');
  const watches = new Set<Watch>();
  let sessions = new Map<string, Session>();
  let seen: string | undefined;
  let writing: Promise<void> = Promise.resolve();
  let timer: NodeJS.Timeout | undefined;

  /** Takes over the file when it is another one than before. */
  function refresh(): void {
    const stamp = stampOf(path);
    if (stamp === seen) return;
    seen = stamp;
    sessions = new Map(load(path).map((session) => [session.hash, session]));
  }

  /** Changes come one after the other, each on what the file says then. */
  function change(work: () => void): Promise<void> {
    const next = async () => {
      refresh();
      work();
      tidy();
      look();
      await writeAtomic(path, Buffer.from(JSON.stringify([...sessions.values()])), { mode: 0o600 });
      seen = stampOf(path);
    };
    writing = writing.then(next, next);
    return writing;
  }

  function tidy(): void {
    const time = now();
    for (const [hash, { expires }] of sessions) if (expires <= time) sessions.delete(hash);
    // A Map keeps insertion order: the oldest go first.
    for (const hash of [...sessions.keys()].slice(0, Math.max(0, sessions.size - MOST_SESSIONS))) sessions.delete(hash);
  }

  function valid(hash: string): Session | undefined {
    const session = sessions.get(hash);
    return session !== undefined && session.expires > now() ? session : undefined;
  }

  /** Tells those who watch a session that is not as they know it. */
  function look(): void {
    for (const watch of watches) {
      const session = valid(watch.hash);
      const user = userOf(session);
      if (user === watch.user) continue;
      watch.user = user;
      watch.listener(session);
    }
  }

  refresh();
  return {
    async create(user) {
      const id = randomBytes(32).toString('base64url');
      const session = { hash: hashOf(id), expires: now() + SESSION_LIFE, ...(user === undefined ? {} : { user }) };
      await change(() => sessions.set(session.hash, session));
      return id;
    },
    find(id) {
      refresh();
      return valid(hashOf(id));
    },
    watch(id, listener) {
      const hash = hashOf(id);
      const watch: Watch = { hash, user: userOf(valid(hash)), listener };
      watches.add(watch);
      timer ??= setInterval(() => {
        refresh();
        look();
      }, WATCH).unref();
      return () => {
        watches.delete(watch);
        if (watches.size > 0) return;
        clearInterval(timer);
        timer = undefined;
      };
    },
    async end(id) {
      const hash = hashOf(id);
      if (sessions.has(hash)) await change(() => sessions.delete(hash));
    },
  };
}

interface Watch {
  readonly hash: string;
  /** As JSON; `undefined` when the session is over. */
  user: string | undefined;
  readonly listener: (session: Session | undefined) => void;
}

function userOf(session: Session | undefined): string | undefined {
  return session === undefined ? undefined : JSON.stringify(session.user ?? null);
}

/** Tells one state of the file from another. */
function stampOf(path: string): string | undefined {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat === undefined ? undefined : `${stat.ino} ${stat.mtimeMs} ${stat.size}`;
}

function load(path: string): readonly Session[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  try {
    return Kept.parse(JSON.parse(text));
  } catch {
    // A damaged list costs a new sign-in, nothing else.
    return [];
  }
}

function hashOf(id: string): string {
  return createHash('sha256').update(id).digest('hex');
}
