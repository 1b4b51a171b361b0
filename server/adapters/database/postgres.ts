import { DaybookError } from '@daybook/shared/errors/error';
import { drizzle } from 'drizzle-orm/postgres-js';
import postgres, { type Options, type Sql } from 'postgres';
import type { Database } from '../../db/database.ts';
import * as schema from '../../db/schema.ts';
import { within } from '../within.ts';
import { migrate } from './migrate.ts';

/** Milliseconds `check` waits for an answer. */
const CHECK_TIMEOUT = 3_000;
/** Seconds `close` waits for queries under way. */
const CLOSE_TIMEOUT = 5;

/** Where a PostgreSQL is and how it is reached. */
export interface PostgresPlace {
  readonly kind: Database['kind'];
  /** Named in messages; holds no password. */
  readonly name: string;
  readonly url?: string;
  readonly options?: Options<Record<string, never>>;
}

/**
 * Opens the PostgreSQL named by a `postgres://` URL. Errors: `bad_database_url`,
 * `database_unreachable`, `database_too_old`, `database_newer`.
 */
export function openPostgres(url: string): Promise<Database> {
  return connect({ kind: 'postgres', name: nameOf(url), url });
}

/** Connects, migrates, and wraps the connections as the port. */
export async function connect(place: PostgresPlace): Promise<Database> {
  const first = client(place, { max: 1 });
  try {
    await migrate(first, place.name);
  } catch (cause) {
    throw cause instanceof DaybookError ? cause : unreachable(place, cause);
  } finally {
    await first.end({ timeout: 1 });
  }
  const sql = client(place);
  let closing: Promise<void> | undefined;
  return {
    kind: place.kind,
    orm: drizzle(sql, { schema }),
    async check() {
      try {
        await within(CHECK_TIMEOUT, sql`select 1`, 'no answer');
      } catch (cause) {
        throw unreachable(place, cause);
      }
    },
    close() {
      closing ??= sql.end({ timeout: CLOSE_TIMEOUT });
      return closing;
    },
  };
}

/** Connections to a place; none is made before the first query. */
export function client(place: Pick<PostgresPlace, 'url' | 'options'>, { max = 8 } = {}): Sql {
  const options: Options<Record<string, never>> = {
    max,
    connect_timeout: 10,
    // The default grows to 20 seconds between attempts; a restarted database should be seen sooner.
    backoff: (attempt: number) => Math.min(0.05 * 2 ** attempt, 1),
    onnotice: () => undefined,
    connection: { application_name: 'daybook' },
    ...place.options,
  };
  return place.url === undefined ? postgres(options) : postgres(place.url, options);
}

/** `host:port/database` of a URL, without user and password. */
function nameOf(url: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch (cause) {
    throw badUrl(cause);
  }
  if (!/^postgres(ql)?:$/.test(parsed.protocol)) throw badUrl();
  return `${parsed.host}${parsed.pathname}`;
}

function badUrl(cause?: unknown): DaybookError {
  return new DaybookError('bad_database_url', 'DATABASE_URL is not a PostgreSQL URL.', {
    cause,
    status: 500,
    action: 'Write it as postgres://user:password@host:5432/database, special characters percent-encoded.',
  });
}

function unreachable(place: PostgresPlace, cause: unknown): DaybookError {
  const reason = cause instanceof Error ? cause.message || (cause as NodeJS.ErrnoException).code : String(cause);
  return new DaybookError('database_unreachable', `The database at ${place.name} cannot be used: ${reason}.`, {
    cause,
    status: 503,
    action:
      place.kind === 'postgres'
        ? 'Start the database, or correct DATABASE_URL, or unset it to use the embedded one.'
        : 'See postgres.log beside it for the reason, then start Daybook again.',
  });
}
