import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import postgres from 'postgres';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeWith } from '../../../docker/services/need.ts';
import { postgres as installed, startPostgres } from '../../../docker/services/postgres.ts';
import type { Service } from '../../../docker/services/process.ts';
import { databaseContract } from '../../db/contract.ts';
import { silent } from '../log.fixture.ts';
import { openDatabase } from '../open.ts';
import { openPostgres } from './postgres.ts';

describeWith(installed, 'Database in PostgreSQL', (program) => {
  let service: Service;
  beforeAll(async () => {
    service = await startPostgres(program);
  });
  afterAll(() => service?.dispose());

  /** URL of a new, empty database. */
  async function freshDatabase(): Promise<string> {
    const name = `test_${randomUUID().replaceAll('-', '')}`;
    const sql = postgres(service.url);
    await sql.unsafe(`create database ${name}`);
    await sql.end();
    return service.url.replace(/postgres$/, name);
  }

  databaseContract('PostgreSQL', async () => {
    const database = await openPostgres(await freshDatabase());
    return { database, dispose: () => database.close() };
  });

  test('the oldest version supported is the one tested', async () => {
    const sql = postgres(service.url);
    const [row] = await sql`select current_setting('server_version_num')::int / 10000 as major`;
    await sql.end();
    expect(row?.major).toBeGreaterThanOrEqual(15);
  });

  test('several servers may start at once on an empty database', async () => {
    const url = await freshDatabase();
    const databases = await Promise.all(Array.from({ length: 4 }, () => openPostgres(url)));
    const sql = postgres(url);
    const [row] = await sql`select count(*)::int as n from drizzle.__drizzle_migrations`;
    const { entries } = JSON.parse(
      await readFile(join(import.meta.dirname, '../../db/migrations/meta/_journal.json'), 'utf8'),
    ) as { entries: unknown[] };
    expect(row?.n).toBe(entries.length);
    await Promise.all([...databases.map((database) => database.close()), sql.end()]);
  });

  test('a database migrated by a newer Daybook is left alone', async () => {
    const url = await freshDatabase();
    await (await openPostgres(url)).close();
    const sql = postgres(url);
    await sql`insert into drizzle.__drizzle_migrations (hash, created_at) values ('of tomorrow', ${Date.parse('2100-01-01')})`;
    await expect(openPostgres(url)).rejects.toMatchObject({
      code: 'database_newer',
      action: expect.stringContaining('newer Daybook'),
    });
    await sql.end();
  });

  test('a PostgreSQL that dies is told, and used again when it is back', async () => {
    const database = await openPostgres(await freshDatabase());
    await service.stop();
    await expect(database.check()).rejects.toMatchObject({ code: 'database_unreachable', status: 503 });
    await service.start();
    await database.check();
    await database.close();
  });
});

describe('PostgreSQL settings', () => {
  test.each(['hello', 'http://example.test/db', 'postgres//x'])('the URL %j is refused', async (databaseUrl) => {
    await expect(openDatabase({ home: 'unused', databaseUrl }, silent())).rejects.toMatchObject({
      code: 'bad_database_url',
    });
  });

  test('a server that is not there is told at the start, without the password', async () => {
    await expect(
      openDatabase({ home: 'unused', databaseUrl: 'postgres://ada:hidden@127.0.0.1:9/daybook' }, silent()),
    ).rejects.toMatchObject({
      code: 'database_unreachable',
      message: expect.not.stringContaining('hidden'),
      action: expect.stringContaining('DATABASE_URL'),
    });
  });
});
