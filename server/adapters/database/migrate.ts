import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DaybookError } from '@daybook/shared/errors/error';
import { drizzle } from 'drizzle-orm/postgres-js';
import { migrate as applyMigrations } from 'drizzle-orm/postgres-js/migrator';
import type { Sql } from 'postgres';
import { z } from 'zod';

/** The oldest PostgreSQL the migrations are written for. */
const OLDEST_SERVER = 15;

/** Key of the advisory lock under which one of several starting servers migrates. Arbitrary. */
const MIGRATION_LOCK = 7_216_450_031;

const Journal = z.object({ entries: z.array(z.object({ when: z.number(), tag: z.string() })) });

/**
 * Brings the database to this program's schema. Safe when several servers start at once; does
 * nothing when it is up to date. `sql` must have a single connection (`max: 1`): the lock belongs to
 * the session that took it. Errors: `database_too_old` (PostgreSQL below 15), `database_newer`
 * (migrated by a newer Daybook); neither has changed anything.
 */
export async function migrate(sql: Sql, where: string): Promise<void> {
  await checkServer(sql, where);
  await sql`select pg_advisory_lock(${MIGRATION_LOCK})`;
  await checkSchema(sql, where);
  await applyMigrations(drizzle(sql), { migrationsFolder: MIGRATIONS });
  await sql`select pg_advisory_unlock(${MIGRATION_LOCK})`;
}

async function checkServer(sql: Sql, where: string): Promise<void> {
  const [row] = await sql<{ number: string; name: string }[]>`
    select current_setting('server_version_num') as number, current_setting('server_version') as name`;
  if (Number(row?.number) >= OLDEST_SERVER * 10_000) return;
  throw new DaybookError('database_too_old', `The database at ${where} is PostgreSQL ${row?.name}.`, {
    status: 503,
    action: `Use PostgreSQL ${OLDEST_SERVER} or newer, or unset DATABASE_URL to use the embedded one.`,
  });
}

async function checkSchema(sql: Sql, where: string): Promise<void> {
  const [table] = await sql`select to_regclass('drizzle.__drizzle_migrations') as name`;
  if (table?.name === null) return;
  const [newest] = await sql<{ at: string | null }[]>`select max(created_at) as at from drizzle.__drizzle_migrations`;
  const known = Journal.parse(JSON.parse(readFileSync(join(MIGRATIONS, 'meta/_journal.json'), 'utf8'))).entries.at(-1);
  if (Number(newest?.at ?? 0) <= (known?.when ?? 0)) return;
  throw new DaybookError('database_newer', `The database at ${where} was migrated by a newer Daybook.`, {
    status: 503,
    action: 'Start the newer Daybook, or restore a backup made with this one. Nothing was changed.',
  });
}

/** The migrations are read as files; from sources and from the bundle they lie at different places. */
const MIGRATIONS = migrationsFolder();

function migrationsFolder(): string {
  const here = import.meta.dirname;
  const places = ['../../db/migrations', '../db/migrations'].map((place) => join(here, place));
  const found = places.find((place) => existsSync(join(place, 'meta/_journal.json')));
  if (found !== undefined) return found;
  throw new DaybookError(
    'installation_damaged',
    `The database migrations are missing; looked in ${places.join(' and ')}.`,
    {
      status: 500,
      action: 'Install Daybook again.',
    },
  );
}
