import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Bus, Json } from '../ports/bus.ts';

/** Two servers' ends of one bus; the same object twice for a bus that lives in one process. */
export interface BusUnderTest {
  readonly here: Bus;
  readonly there: Bus;
  readonly dispose: () => Promise<void>;
}

/** What every bus must do. */
export function busContract(name: string, open: () => Promise<BusUnderTest>): void {
  describe(`Bus: ${name}`, () => {
    let under: BusUnderTest;
    let here: Bus;
    let there: Bus;
    beforeAll(async () => {
      under = await open();
      ({ here, there } = under);
    });
    afterAll(() => under?.dispose());

    /** Everything a listener is told, and the moment when it has been told `count` things. */
    async function collect(bus: Bus, topic: string, count: number) {
      const heard: Json[] = [];
      let done = () => {};
      const all = new Promise<void>((resolve) => {
        done = resolve;
      });
      const dispose = await bus.subscribe(topic, (message) => {
        heard.push(message);
        if (heard.length >= count) done();
      });
      return { heard, all, dispose };
    }

    test('tells every subscriber of the topic, and no other', async () => {
      const a = await collect(here, 'news', 1);
      const b = await collect(there, 'news', 1);
      const other = await collect(there, 'newspaper', 1);
      const message = { text: 'hello', list: [1, null, true], nested: { a: 'ü' } };
      await here.publish('news', message);
      await Promise.all([a.all, b.all]);
      expect([a.heard, b.heard]).toEqual([[message], [message]]);
      await there.publish('newspaper', 'end');
      await other.all;
      expect(other.heard).toEqual(['end']);
      for (const { dispose } of [a, b, other]) dispose();
    });

    test.each<Json>([null, false, 0, '', [], {}, 'text', 1.5])('carries the JSON value %j', async (value) => {
      const got = await collect(there, 'values', 1);
      await here.publish('values', value);
      await got.all;
      expect(got.heard).toEqual([value]);
      got.dispose();
    });

    test.each(['日本語/🎉', 'with space', 'a*b?[c]', 'line\nbreak', 'x'.repeat(512)])(
      'takes the topic %j literally',
      async (topic) => {
        const got = await collect(there, topic, 1);
        const similar = await collect(there, 'aXbXc', 1);
        await here.publish(topic, topic.length);
        await got.all;
        expect(got.heard).toEqual([topic.length]);
        expect(similar.heard).toEqual([]);
        got.dispose();
        similar.dispose();
      },
    );

    test('refuses topics and messages it cannot carry', async () => {
      for (const topic of ['', 'x'.repeat(513)]) {
        await expect(here.publish(topic, 1)).rejects.toMatchObject({ code: 'bad_bus_topic' });
        await expect(here.subscribe(topic, () => {})).rejects.toMatchObject({ code: 'bad_bus_topic' });
      }
      await expect(here.publish('t', undefined as never)).rejects.toMatchObject({ code: 'bus_message_invalid' });
      const cycle: { [key: string]: Json } = {};
      cycle.self = cycle;
      await expect(here.publish('t', cycle)).rejects.toMatchObject({ code: 'bus_message_invalid' });
    });

    test('carries 1 MiB and refuses one byte more', async () => {
      const got = await collect(there, 'large', 1);
      const largest = 'x'.repeat((1 << 20) - 2);
      await expect(here.publish('large', `${largest}y`)).rejects.toMatchObject({ code: 'bus_message_too_large' });
      await here.publish('large', largest);
      await got.all;
      expect(got.heard[0]).toHaveLength(largest.length);
      got.dispose();
    });

    test('keeps the order of one publisher', async () => {
      const got = await collect(there, 'order', 500);
      await Promise.all(Array.from({ length: 500 }, (_, i) => here.publish('order', i)));
      await got.all;
      expect(got.heard).toEqual(Array.from({ length: 500 }, (_, i) => i));
      got.dispose();
    });

    test('a subscriber that throws stops no other', async () => {
      const bad = await there.subscribe('fragile', () => {
        throw new Error('the listener is broken on purpose');
      });
      const good = await collect(there, 'fragile', 2);
      await here.publish('fragile', 1);
      await here.publish('fragile', 2);
      await good.all;
      expect(good.heard).toEqual([1, 2]);
      bad();
      good.dispose();
    });

    test('a subscriber cannot change what others are told', async () => {
      const vandal = await there.subscribe('shared', (message) => {
        (message as { list: number[] }).list.push(4);
      });
      const good = await collect(there, 'shared', 1);
      const sent = { list: [1, 2, 3] };
      await here.publish('shared', sent);
      await good.all;
      expect([good.heard, sent]).toEqual([[{ list: [1, 2, 3] }], { list: [1, 2, 3] }]);
      vandal();
      good.dispose();
    });

    test('ends a subscription, twice without harm, and leaves the others', async () => {
      const ended = await collect(there, 'ending', 1);
      const stays = await collect(there, 'ending', 2);
      await here.publish('ending', 1);
      await ended.all;
      ended.dispose();
      ended.dispose();
      await here.publish('ending', 2);
      await stays.all;
      expect([ended.heard, stays.heard]).toEqual([[1], [1, 2]]);
      stays.dispose();
    });

    test('the same function subscribed twice is told twice', async () => {
      const heard: Json[] = [];
      const listener = (message: Json) => heard.push(message);
      const first = await there.subscribe('twice', listener);
      const second = await there.subscribe('twice', listener);
      const after = await collect(there, 'twice', 1);
      await here.publish('twice', 'x');
      await after.all;
      expect(heard).toEqual(['x', 'x']);
      first();
      second();
      after.dispose();
    });

    test('subscribes anew to a topic that had just been left', async () => {
      for (let round = 0; round < 20; round++) {
        const got = await collect(there, 'again', 1);
        await here.publish('again', round);
        await got.all;
        expect(got.heard).toEqual([round]);
        got.dispose();
      }
    });

    test('may subscribe, leave and publish from inside a listener', async () => {
      const answer = await collect(here, 'answer', 1);
      const dispose = await there.subscribe('question', (message) => {
        dispose();
        void there.publish('answer', message);
      });
      await here.publish('question', 42);
      await answer.all;
      expect(answer.heard).toEqual([42]);
      answer.dispose();
    });

    test('says that it can be used', async () => {
      await here.check();
    });

    test('once closed it refuses, and closing again is harmless', async () => {
      const own = await open();
      await own.here.close();
      await own.here.close();
      await expect(own.here.publish('late', 1)).rejects.toMatchObject({ code: 'bus_closed' });
      await expect(own.here.subscribe('late', () => {})).rejects.toMatchObject({ code: 'bus_closed' });
      await expect(own.here.check()).rejects.toMatchObject({ code: 'bus_closed' });
      await own.dispose();
    });
  });
}
