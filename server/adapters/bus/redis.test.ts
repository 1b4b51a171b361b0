import { busContract } from '@daybook/shared/contracts/bus';
import type { Bus, Json } from '@daybook/shared/ports/bus';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { describeWith } from '../../../docker/services/need.ts';
import type { Service } from '../../../docker/services/process.ts';
import { redis, startRedis } from '../../../docker/services/redis.ts';
import { silent } from '../log.fixture.ts';
import { openBus } from '../open.ts';
import { openRedis } from './redis.ts';

describeWith(redis, 'Bus over Redis', (program) => {
  let service: Service;
  beforeAll(async () => {
    service = await startRedis(program);
  });
  afterAll(() => service?.dispose());

  busContract('Redis, two servers', async () => {
    const [here, there] = await Promise.all([openRedis(service.url, silent()), openRedis(service.url, silent())]);
    return {
      here,
      there,
      dispose: async () => {
        await Promise.all([here.close(), there.close()]);
      },
    };
  });

  test('a Redis that dies is told; subscriptions come back with it', async () => {
    const log = silent();
    const bus = await openRedis(service.url, log);
    const heard: Json[] = [];
    let told = () => {};
    const first = new Promise<void>((resolve) => {
      told = resolve;
    });
    await bus.subscribe('news', (message) => {
      heard.push(message);
      told();
    });
    await service.stop();
    const dead = { code: 'bus_unreachable', status: 503, action: expect.stringContaining('REDIS_URL') };
    await expect(bus.check()).rejects.toMatchObject(dead);
    await expect(bus.publish('news', 'lost')).rejects.toMatchObject(dead);
    await expect(bus.subscribe('other', () => {})).rejects.toMatchObject(dead);

    await service.start();
    await publishUntilHeard(bus, 'news', first);
    expect(heard).not.toContain('lost');
    expect(log.lines.filter(({ level }) => level === 'warn').length).toBeLessThanOrEqual(4);
    await bus.close();
  });

  test('keeps the topics of other programs apart', async () => {
    const bus = await openRedis(service.url, silent());
    const heard: Json[] = [];
    const end = new Promise<void>((resolve) => {
      void bus.subscribe('same', (message) => {
        heard.push(message);
        resolve();
      });
    });
    const { Redis } = await import('ioredis');
    const stranger = new Redis(service.url);
    await stranger.publish('same', 'not ours');
    await bus.publish('same', 'ours');
    await end;
    expect(heard).toEqual(['ours']);
    stranger.disconnect();
    await bus.close();
  });
});

/** Resolves when the listener has been reached; what is published before it is back is lost. */
async function publishUntilHeard(bus: Bus, topic: string, heard: Promise<void>): Promise<void> {
  let isHeard = false;
  void heard.then(() => {
    isHeard = true;
  });
  while (!isHeard) await bus.publish(topic, 'back').catch(() => bus.check().catch(() => undefined));
}

describe('Redis settings', () => {
  test('a wrong address is told at the start, without the password', async () => {
    await expect(openBus({ home: 'unused', redisUrl: 'redis://:hidden@127.0.0.1:9' }, silent())).rejects.toMatchObject({
      code: 'bus_unreachable',
      message: expect.not.stringContaining('hidden'),
    });
    for (const redisUrl of ['hello', 'http://127.0.0.1:6379', 'redis://']) {
      await expect(openBus({ home: 'unused', redisUrl }, silent())).rejects.toMatchObject({ code: 'bad_redis_url' });
    }
  });
});
