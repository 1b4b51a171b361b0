import { randomUUID } from 'node:crypto';
import { eq, getTableColumns, getTableName, is, sql } from 'drizzle-orm';
import { PgTable } from 'drizzle-orm/pg-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Database } from './database.ts';
import * as schema from './schema.ts';
import { documents, meta } from './schema.ts';

export interface DatabaseUnderTest {
  readonly database: Database;
  readonly dispose: () => Promise<void>;
}

/** PostgreSQL's name for a broken unique constraint. */
const UNIQUE_VIOLATION = '23505';

/**
 * What every database must do. It stands here and not in `shared/contracts` because the port is
 * made of the server's schema.
 */
export function databaseContract(name: string, open: () => Promise<DatabaseUnderTest>): void {
  describe(`Database: ${name}`, () => {
    let under: DatabaseUnderTest;
    let database: Database;
    beforeAll(async () => {
      under = await open();
      database = under.database;
    });
    afterAll(() => under?.dispose());

    test('is migrated: every table takes and gives rows', async () => {
      const { orm } = database;
      const [document] = await orm.insert(documents).values({ path: 'Notes/Привет 🎉.ipynb' }).returning();
      expect(document).toMatchObject({ path: 'Notes/Привет 🎉.ipynb', epoch: 1 });
      expect(Math.abs((document?.created.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
      expect(document?.id).toMatch(/^[0-9a-f-]{36}$/);
      expect(await orm.query.documents.findFirst({ where: eq(documents.id, document?.id ?? '') })).toEqual(document);

      await orm.insert(meta).values({ name: 'installation', value: '1' });
      await orm
        .insert(meta)
        .values({ name: 'installation', value: '2' })
        .onConflictDoUpdate({ target: meta.name, set: { value: '2' } });
      expect(await orm.select().from(meta)).toEqual([{ name: 'installation', value: '2' }]);
    });

    test('has exactly the columns that the schema names: no migration was forgotten', async () => {
      const rows = await database.orm.execute<{ line: string }>(sql`
        select table_name || '.' || column_name || ' ' || is_nullable as line
        from information_schema.columns where table_schema = 'public'`);
      const tables = Object.values(schema).filter((each) => is(each, PgTable));
      const named = tables.flatMap((table) =>
        Object.values(getTableColumns(table)).map(
          (column) => `${getTableName(table)}.${column.name} ${column.notNull ? 'NO' : 'YES'}`,
        ),
      );
      expect(rows.map(({ line }) => line).sort()).toEqual(named.sort());
    });

    test('keeps any text as it is, and never runs it', async () => {
      const texts = ["'; drop table meta; --", '$1 {{x}} \\ "', '\u0001\uFFFD', 'ﷺ'.repeat(10_000), ''];
      for (const [i, value] of texts.entries()) await database.orm.insert(meta).values({ name: `text ${i}`, value });
      for (const [i, value] of texts.entries()) {
        expect(
          await database.orm
            .select()
            .from(meta)
            .where(eq(meta.name, `text ${i}`)),
        ).toEqual([{ name: `text ${i}`, value }]);
      }
    });

    test('refuses what the schema forbids, by PostgreSQL’s code, and goes on', async () => {
      await database.orm.insert(documents).values({ path: 'only-once' });
      await expect(database.orm.insert(documents).values({ path: 'only-once' })).rejects.toMatchObject({
        cause: { code: UNIQUE_VIOLATION },
      });
      expect(await database.orm.select().from(documents).where(eq(documents.path, 'only-once'))).toHaveLength(1);
    });

    test('undoes a transaction that fails, whole', async () => {
      const attempt = database.orm.transaction(async (tx) => {
        await tx.insert(meta).values({ name: 'undone', value: 'x' });
        throw new Error('changed my mind');
      });
      await expect(attempt).rejects.toThrow('changed my mind');
      expect(await database.orm.select().from(meta).where(eq(meta.name, 'undone'))).toEqual([]);
    });

    test('runs transactions side by side: two workers never take the same row', async () => {
      const names = Array.from({ length: 20 }, (_, i) => `job ${i}`);
      await database.orm.insert(meta).values(names.map((job) => ({ name: job, value: 'waiting' })));
      const worker = async () => {
        const taken: string[] = [];
        for (;;) {
          const job = await database.orm.transaction(async (tx) => {
            const [row] = await tx
              .select()
              .from(meta)
              .where(eq(meta.value, 'waiting'))
              .limit(1)
              .for('update', { skipLocked: true });
            if (row !== undefined) await tx.update(meta).set({ value: 'done' }).where(eq(meta.name, row.name));
            return row?.name;
          });
          if (job === undefined) return taken;
          taken.push(job);
        }
      };
      const taken = (await Promise.all([worker(), worker(), worker()])).flat();
      expect(taken.sort()).toEqual([...names].sort());
    });

    test('a long query holds up nobody', async () => {
      const finished: string[] = [];
      const long = database.orm.execute(sql`select pg_sleep(1)`).then(() => finished.push('long'));
      for (let i = 0; i < 20; i++) await database.orm.execute(sql`select ${i}::int`);
      finished.push('short');
      await long;
      expect(finished).toEqual(['short', 'long']);
    });

    test('takes more queries at once than it has connections', async () => {
      const answers = await Promise.all(
        Array.from(
          { length: 200 },
          async (_, i) => (await database.orm.execute<{ n: number }>(sql`select ${i}::int as n`))[0]?.n,
        ),
      );
      expect(answers).toEqual(Array.from({ length: 200 }, (_, i) => i));
    });

    test('makes new connections when all were cut', async () => {
      const cut = sql`select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'daybook'`;
      await expect(database.orm.execute(cut)).rejects.toThrow();
      // Each of the eight connections may fail one query before it is seen to be gone.
      for (let i = 0; i < 8; i++) await database.check().catch(() => undefined);
      await database.check();
    });

    test('stores durably: commits wait for the disk', async () => {
      const [row] = await database.orm.execute<{ commit: string }>(
        sql`select current_setting('synchronous_commit') as commit`,
      );
      expect(row?.commit).toBe('on');
    });

    test('closed, it refuses; closing again is harmless', async () => {
      const own = await open();
      const id = randomUUID();
      await own.database.orm.insert(meta).values({ name: id, value: 'x' });
      await Promise.all([own.database.close(), own.database.close()]);
      await expect(own.database.check()).rejects.toMatchObject({ code: 'database_unreachable' });
      await own.dispose();
    });
  });
}
