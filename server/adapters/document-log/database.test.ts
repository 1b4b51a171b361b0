import { randomUUID } from 'node:crypto';
import { documentLogContract } from '@daybook/shared/contracts/document-log';
import { eq } from 'drizzle-orm';
import postgres from 'postgres';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { describeWith } from '../../../docker/services/need.ts';
import { postgres as installed, startPostgres } from '../../../docker/services/postgres.ts';
import type { Service } from '../../../docker/services/process.ts';
import type { Database } from '../../db/database.ts';
import { docUpdates } from '../../db/schema.ts';
import { openPostgres } from '../database/postgres.ts';
import { openDatabaseLog } from './database.ts';

describeWith(installed, 'document log in PostgreSQL', (program) => {
  let service: Service;
  const opened: Database[] = [];
  beforeAll(async () => {
    service = await startPostgres(program);
  });
  afterEach(async () => {
    for (const database of opened.splice(0)) await database.close();
  });
  afterAll(() => service?.dispose());

  async function fresh(): Promise<Database> {
    const name = `test_${randomUUID().replaceAll('-', '')}`;
    const sql = postgres(service.url);
    await sql.unsafe(`create database ${name}`);
    await sql.end();
    const database = await openPostgres(service.url.replace(/postgres$/, name));
    opened.push(database);
    return database;
  }
  const bytes = (value: string) => Buffer.from(value);
  const text = (value: Uint8Array) => Buffer.from(value).toString();

  documentLogContract(async () => {
    const database = await fresh();
    return { open: async () => openDatabaseLog(database) };
  });

  test('appends that wait together share a commit', async () => {
    const { orm } = await fresh();
    const log = openDatabaseLog({ orm });
    await Promise.all(Array.from({ length: 200 }, (_, at) => log.append(`d${at % 7}`, bytes(`${at}`))));
    const rows = await orm.select({ at: docUpdates.at }).from(docUpdates);
    expect(rows.length).toBe(200);
    expect(new Set(rows.map(({ at }) => at.getTime())).size).toBeLessThan(10);
    await log.close();
  });

  test('a changed row is put aside and the rest given; a changed first one is document_corrupt', async () => {
    const { orm } = await fresh();
    const log = openDatabaseLog({ orm });
    for (const value of ['one', 'two', 'three']) await log.append('a', bytes(value));
    const [, second] = await orm.select().from(docUpdates).orderBy(docUpdates.seq);
    await orm
      .update(docUpdates)
      .set({ update: bytes('twx') })
      .where(eq(docUpdates.seq, second?.seq ?? 0));
    const { updates, damaged } = await log.load('a');
    expect([updates.map(text), damaged]).toEqual([['one', 'three'], true]);
    const kept = await orm.select().from(docUpdates).where(eq(docUpdates.document, 'a.damaged'));
    expect(kept.map(({ update }) => text(update))).toEqual(['twx']);
    expect(await log.load('a')).toEqual({ snapshot: undefined, updates: [bytes('one'), bytes('three')] });

    await log.append('b', bytes('one'));
    await orm
      .update(docUpdates)
      .set({ update: bytes('onx') })
      .where(eq(docUpdates.document, 'b'));
    await expect(log.load('b')).rejects.toMatchObject({ code: 'document_corrupt' });
    await log.close();
  });

  test('a database that is away fails the append and takes the next one when it is back', async () => {
    const log = openDatabaseLog(await fresh());
    await log.append('a', bytes('before'));
    await service.stop();
    await expect(log.append('a', bytes('lost'))).rejects.toMatchObject({
      code: 'document_log_unreachable',
      status: 503,
    });
    await service.start();
    await expect
      .poll(
        () =>
          log.append('a', bytes('after')).then(
            () => 'kept',
            () => 'away',
          ),
        { timeout: 30_000 },
      )
      .toBe('kept');
    expect((await log.load('a')).updates.map(text)).toEqual(['before', 'after']);
    await log.close();
  });
});
