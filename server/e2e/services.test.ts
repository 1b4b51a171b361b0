import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { YNotebook } from '@jupyter/ydoc';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Program, startDaybook } from '../../docker/services/daybook.ts';
import { withFolder } from '../../docker/services/folder.ts';
import { describeWith, need } from '../../docker/services/need.ts';
import { postgres, startPostgres } from '../../docker/services/postgres.ts';
import type { Service } from '../../docker/services/process.ts';
import { redis, startRedis } from '../../docker/services/redis.ts';
import { type S3Service, s3, startS3 } from '../../docker/services/s3.ts';
import { buildMissing } from '../bin/build.mjs';
import { connectNotebook, requestSession, type StockClient } from '../collab/testing/client.ts';
import { ask, openKernel, startKernel } from './kernel-socket.ts';

const all = need(
  'PostgreSQL, Redis and an S3 server',
  [postgres, redis, s3].map(({ reason }) => reason).join('; '),
  () =>
    postgres.found !== undefined && redis.found !== undefined && s3.found !== undefined
      ? { postgres: postgres.found, redis: redis.found, s3: s3.found }
      : undefined,
);

interface Readiness {
  readonly ready: boolean;
  readonly checks: Record<string, { readonly ok: boolean; readonly error?: string }>;
}

describeWith(all, 'a server on real PostgreSQL, Redis and S3', (programs) => {
  let home: string;
  let database: Service;
  let bus: Service;
  let blobs: S3Service;
  let daybook: Program;

  beforeAll(async () => {
    await buildMissing();
    home = await mkdtemp(join(tmpdir(), 'daybook-services-'));
    [database, bus, blobs] = await Promise.all([
      startPostgres(programs.postgres),
      startRedis(programs.redis),
      startS3(programs.s3),
    ]);
    daybook = await startDaybook({ home, env: settings() });
  }, 180_000);

  afterAll(async () => {
    expect(await daybook?.stop()).toBe(0);
    await Promise.all([database?.dispose(), bus?.dispose(), blobs?.dispose()]);
    await rm(home, { recursive: true, force: true });
  });

  const settings = () => ({
    DATABASE_URL: database.url,
    REDIS_URL: bus.url,
    S3_ENDPOINT: blobs.url,
    S3_BUCKET: blobs.bucket,
    S3_ACCESS_KEY: blobs.accessKey,
    S3_SECRET_KEY: blobs.secretKey,
    S3_REGION: blobs.region,
  });

  const readiness = async () => {
    const answer = await fetch(`${daybook.url}/ready`);
    return { status: answer.status, ...((await answer.json()) as Readiness) };
  };

  /** A notebook somebody has open: an edit, a save, a cell. */
  async function work({ model, save }: StockClient<YNotebook>, word: string): Promise<void> {
    model.insertCell(0, { cell_type: 'markdown', source: word, metadata: {} });
    expect(await save()).toBe('success');
    expect(await firstCell()).toBe(word);
    await runCell();
  }

  /** The same while the document log is away: what is typed is kept and not called saved. */
  async function hold({ model, save }: StockClient<YNotebook>, word: string): Promise<void> {
    model.insertCell(0, { cell_type: 'markdown', source: word, metadata: {} });
    expect(await save()).toBe('failed');
    expect(await firstCell()).not.toBe(word);
    await runCell();
  }

  async function firstCell(): Promise<string | undefined> {
    const read = await ask(daybook, 'GET', '/api/contents/Welcome.ipynb');
    const { content } = (await read.json()) as { content: { cells: { source: string }[] } };
    return content.cells[0]?.source;
  }

  async function runCell(): Promise<void> {
    const kernel = await openKernel(daybook, await startKernel(daybook));
    expect((await kernel.run('%%sql\nselect 42 as answer')).status).toBe('ok');
    await kernel.close();
  }

  async function openNotebook(): Promise<StockClient<YNotebook>> {
    const client = await connectNotebook(daybook.url, 'Welcome.ipynb', { token: daybook.token });
    await expect.poll(() => client.provider.synced, { timeout: 10_000 }).toBe(true);
    return client;
  }

  test('is ready, signs a browser in, opens and saves a notebook, runs a cell', { timeout: 60_000 }, async () => {
    expect(await readiness()).toMatchObject({
      status: 200,
      ready: true,
      checks: { database: { ok: true }, blobs: { ok: true }, bus: { ok: true } },
    });
    const opened = await fetch(`${daybook.url}/lab?token=${daybook.token}`, {
      redirect: 'manual',
      headers: { accept: 'text/html' },
    });
    expect(opened.headers.get('set-cookie')).toContain('HttpOnly');
    const client = await openNotebook();
    await work(client, 'all services are up');
    client.dispose();
  });

  for (const [name, service, code] of [
    ['database', () => database, 'database_unreachable'],
    ['bus', () => bus, 'bus_unreachable'],
    ['blobs', () => blobs, 'blobs_unreachable'],
  ] as const) {
    test(`without ${name}: says so, goes on, and recovers`, { timeout: 90_000 }, async () => {
      const client = await openNotebook();
      await service().stop();
      await expect
        .poll(async () => (await readiness()).checks[name], { timeout: 20_000 })
        .toMatchObject({
          ok: false,
          error: code,
        });
      const down = await readiness();
      expect(down.status).toBe(503);
      for (const [each, { ok }] of Object.entries(down.checks)) expect(ok, each).toBe(each !== name);
      expect((await fetch(`${daybook.url}/health`)).status).toBe(200);
      if (name === 'database') await hold(client, `without ${name}`);
      else await work(client, `without ${name}`);
      const other = await requestSession(daybook.url, 'Stocks.ipynb', { token: daybook.token });
      // Opening another document needs the database: refused by name, and not by waiting for ever.
      if (name === 'database') {
        expect(other.status).toBe(503);
        expect(await other.json()).toMatchObject({ code: 'service_unreachable', action: expect.any(String) });
      } else expect(other.ok).toBe(true);
      await service().start();
      await expect.poll(async () => (await readiness()).status, { timeout: 30_000 }).toBe(200);
      await expect.poll(async () => await firstCell(), { timeout: 30_000 }).toBe(`without ${name}`);
      await work(client, `${name} is back`);
      client.dispose();
      (await openNotebook()).dispose();
    });
  }

  test('no log line holds a password or a secret key', () => {
    expect(daybook.output()).not.toContain(blobs.secretKey);
  });
});

test.each([
  ['DATABASE_URL', 'postgres://ada:hush-hush@127.0.0.1:1/books', 'database_unreachable', '127.0.0.1:1/books'],
  ['REDIS_URL', 'redis://:hush-hush@127.0.0.1:1', 'bus_unreachable', '127.0.0.1:1'],
])(
  'a wrong %s at the start: a clear error, code 1, no password',
  async (name, url, code, place) => {
    await buildMissing();
    await withFolder(async (home) => {
      const error = await startDaybook({ home, env: { [name]: url } }).then(
        async (daybook) => {
          await daybook.stop();
          return 'it started';
        },
        (reason: Error) => reason.message,
      );
      expect(error).toContain('code 1');
      expect(error).toContain(`[${code}]`);
      expect(error).toContain(place);
      expect(error).toContain(name);
      expect(error).not.toContain('hush-hush');
    });
  },
  180_000,
);
