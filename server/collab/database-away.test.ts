import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type * as Y from 'yjs';
import { describeWith } from '../../docker/services/need.ts';
import { postgres, startPostgres } from '../../docker/services/postgres.ts';
import type { Service } from '../../docker/services/process.ts';
import { openPostgres } from '../adapters/database/postgres.ts';
import { openDatabaseLog } from '../adapters/document-log/database.ts';
import { createHome, notebookOf, type TestHome } from './testing/home.ts';
import { RawClient } from './testing/raw-client.ts';
import { serve } from './testing/serve.ts';

/** Milliseconds the database is gone: 2 s, or 30 s with `DAYBOOK_TEST_LONG=1`. */
const AWAY = process.env.DAYBOOK_TEST_LONG === '1' ? 30_000 : 2_000;

describeWith(postgres, 'a database that is gone for a while, with people writing [R1 R2]', (program) => {
  let service: Service;
  let home: TestHome;
  beforeAll(async () => {
    service = await startPostgres(program);
    home = await createHome();
    await home.put('n.ipynb', notebookOf({ a: '' }));
  });
  afterAll(async () => {
    await service?.dispose();
    await home?.remove();
  });

  test('edits are held and nothing is acknowledged or told; then all of it is, and a restart has it', {
    timeout: 120_000,
  }, async () => {
    const database = await openPostgres(service.url);
    const server = await serve(home.path, { log: openDatabaseLog(database) });
    const clients = await Promise.all(['ada', 'eve'].map((user) => RawClient.open(server, { user })));
    const [ada, eve] = clients as [RawClient, RawClient];
    const write = (client: RawClient, word: string) =>
      client.edit((doc) => {
        const cell = doc.getArray('cells').get(0) as Y.Map<Y.Text>;
        const source = cell.get('source');
        source?.insert(source.length, word);
      });
    const words = (client: RawClient) => (client.source('a') ?? '').split(' ').filter(Boolean).sort();
    write(ada, 'before ');
    await ada.until(() => ada.acknowledged === 1);
    await eve.until(() => eve.source('a') === 'before ');

    await service.stop();
    const written: string[] = ['before'];
    for (const began = performance.now(); performance.now() - began < AWAY; await wait(50)) {
      for (const [client, name] of [
        [ada, 'ada'],
        [eve, 'eve'],
      ] as const) {
        const word = `${name}${written.length}`;
        write(client, `${word} `);
        written.push(word);
      }
    }
    ada.sendAwareness(ada.doc.clientID, 1, { here: true });
    await eve.until(() => eve.present.has(ada.doc.clientID)); // the room itself lives
    expect([ada.acknowledged, eve.acknowledged]).toEqual([1, 0]);
    expect(words(eve).some((word) => word.startsWith('ada'))).toBe(false);

    await service.start();
    await Promise.all(clients.map((client) => client.until(() => client.acknowledged === client.sent, 60_000)));
    for (const client of clients) {
      await client.until(() => words(client).length === written.length);
      expect([client.rejections, client.code]).toEqual([[], undefined]);
    }
    expect(words(ada)).toEqual([...written].sort());
    expect(eve.source('a')).toBe(ada.source('a'));
    for (const client of clients) client.close();
    await server.close();
    await database.close();

    const again = await openPostgres(service.url);
    const later = await serve(home.path, { log: openDatabaseLog(again) });
    const late = await RawClient.open(later, { user: 'late' });
    expect(words(late)).toEqual([...written].sort());
    late.close();
    await later.close();
    await again.close();
  });
});
