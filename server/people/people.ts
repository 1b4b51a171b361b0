import type { Person } from '@daybook/shared/api/people';
import { desc } from 'drizzle-orm';
import type { Identity } from '../auth/identity.ts';
import type { Database } from '../db/database.ts';
import { people } from '../db/schema.ts';

/** Everybody who has used this workspace: who can be mentioned, and whose names stand beside what they wrote. */
export interface People {
  /** Notes that somebody is here. Must be done before anything is stored under their id. */
  meet(identity: Identity): Promise<void>;
  /** The latest seen first, a thousand at most. */
  list(): Promise<Person[]>;
}

/** Milliseconds for which somebody who was met needs no note. */
const FRESH = 60_000;
const MOST = 1_000;

export function createPeople({ orm }: Pick<Database, 'orm'>, now: () => number = Date.now): People {
  const met = new Map<string, { readonly as: string; readonly at: number }>();
  return {
    async meet(identity) {
      const person = personOf(identity);
      const as = JSON.stringify(person);
      const known = met.get(person.id);
      if (known?.as === as && now() - known.at < FRESH) return;
      const values = { ...person, seen: new Date(now()) };
      await orm.insert(people).values(values).onConflictDoUpdate({ target: people.id, set: values });
      if (met.size > 10 * MOST) met.clear();
      met.set(person.id, { as, at: now() });
    },
    async list() {
      const rows = await orm.select().from(people).orderBy(desc(people.seen)).limit(MOST);
      return rows.map(personOf);
    },
  };
}

/** What others see of somebody. */
export function personOf({ id, name, displayName, initials, color }: Person): Person {
  return { id, name, displayName, initials, color };
}
