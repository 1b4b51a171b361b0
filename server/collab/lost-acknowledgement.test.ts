import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { DEATHS, type Death } from './testing/deaths.ts';
import { createHome, notebookOf, type TestHome } from './testing/home.ts';
import { RawClient } from './testing/raw-client.ts';
import { startProcess } from './testing/server-process.ts';
import { createRandom } from './testing/typist.ts';

/** Cycles of typing, death and coming back: 50, or 1,000 with `DAYBOOK_TEST_LONG=1`. */
const CYCLES = process.env.DAYBOOK_TEST_LONG === '1' ? 1_000 : 50;
const SERIES = 5;
const PATH = 'n.ipynb';

let home: TestHome;
beforeEach(async () => {
  home = await createHome();
  await home.put(PATH, notebookOf({ shared: 'START ' }));
});
afterEach(() => home.remove());

const cells = (doc: Y.Doc) => doc.getArray<Y.Map<unknown>>('cells').toArray();
const textOf = (doc: Y.Doc) =>
  cells(doc)
    .map((cell) => `${cell.get('id')} ${cell.get('source')}`)
    .join('\n');

/** One person: types words into the shared cell and makes cells of their own, over many servers. */
class Person {
  readonly doc = new Y.Doc();
  readonly #name: string;
  readonly #random: () => number;
  #count = 0;
  /** Words typed since the connection began, with the number of the frame that has each. */
  #open: { readonly word: string; readonly seq: number }[] = [];
  readonly typed: string[] = [];
  readonly acknowledged = new Set<string>();
  client: RawClient | undefined;

  constructor(name: string, random: () => number) {
    this.#name = name;
    this.#random = random;
  }

  async connect(url: string): Promise<void> {
    this.client = await RawClient.open({ url }, { path: PATH, user: this.#name, doc: this.doc, answers: true });
    // All of the life before is in the answer to the server's first question, the first frame.
    this.#open = this.typed.filter((word) => !this.acknowledged.has(word)).map((word) => ({ word, seq: 1 }));
  }

  type(): void {
    const { client } = this;
    if (client === undefined) return;
    this.#count += 1;
    const word = `${this.#name}${this.#count}.`;
    client.edit((doc) => {
      const shared = cells(doc)
        .find((cell) => cell.get('id') === 'shared')
        ?.get('source');
      if (this.#random() < 0.7 && shared instanceof Y.Text) {
        shared.insert(shared.length, word);
      } else doc.getArray('cells').push([newCell(word)]);
    });
    this.typed.push(word);
    this.#open.push({ word, seq: client.sent });
    this.listen();
  }

  /** Notes what has been acknowledged by now. */
  listen(): void {
    const upTo = this.client?.acknowledged ?? 0;
    for (const { word, seq } of this.#open) if (seq <= upTo) this.acknowledged.add(word);
    this.#open = this.#open.filter(({ seq }) => seq > upTo);
  }
}

function newCell(word: string): Y.Map<unknown> {
  return new Y.Map<unknown>([
    ['id', word.replace('.', '')],
    ['cell_type', 'markdown'],
    ['source', new Y.Text(word)],
    ['metadata', new Y.Map()],
  ]);
}

async function cycle(people: readonly Person[], random: () => number, death: readonly [Death, number] | undefined) {
  const server = await startProcess(home.path, 0, death);
  try {
    // Somebody who comes new sees all that anybody was told is durable.
    const stranger = await RawClient.open(server, { path: PATH, user: 'stranger' });
    for (const person of people) {
      const text = textOf(stranger.doc);
      expect([...person.acknowledged].filter((word) => !text.includes(word))).toEqual([]);
    }
    stranger.close();
    for (const person of people) await person.connect(server.url);
    if (death !== undefined) server.arm();
    const until = performance.now() + 30 + random() * 150;
    // With a death of its own the server goes when it comes to that place.
    const gone = () => people.some(({ client }) => client?.code !== undefined);
    while (!gone() && (death !== undefined || performance.now() < until) && performance.now() < until + 10_000) {
      for (const person of people) if (random() < 0.5) person.type();
      await new Promise((resolve) => setTimeout(resolve, random() * 4));
    }
    if (death !== undefined) expect(gone(), `dies ${death[0]}`).toBe(true);
  } finally {
    await server.kill();
    for (const person of people) {
      person.listen();
      person.client?.close();
    }
  }
}

describe('an acknowledgement is a promise [R1 R2 R18]', () => {
  for (let seed = 1; seed <= SERIES; seed += 1) {
    test(
      `seed ${seed}: ${CYCLES / SERIES} deaths of the server lose no acknowledged word and double no cell`,
      async () => {
        const random = createRandom(seed);
        const people = ['ada', 'eve', 'bob'].map((name) => new Person(name, random));
        for (let round = 0; round < CYCLES / SERIES; round += 1) {
          // Every second time it is killed from outside, at any moment.
          const place = DEATHS[Math.floor(round / 2) % DEATHS.length];
          await cycle(
            people,
            random,
            round % 2 === 0 || place === undefined ? undefined : [place, 1 + Math.floor(random() * 20)],
          );
        }
        const server = await startProcess(home.path);
        try {
          for (const person of people) await person.connect(server.url);
          for (const { client } of people) await client?.until(() => client.acknowledged >= client.sent);
          const stranger = await RawClient.open(server, { path: PATH, user: 'stranger' });
          const all = people.flatMap(({ typed }) => typed);
          const text = textOf(stranger.doc);
          const found = text.match(/[a-z]+\d+\./g) ?? [];
          expect(found.sort()).toEqual(all.sort());
          const ids = cells(stranger.doc).map((cell) => cell.get('id'));
          expect(new Set(ids).size).toBe(ids.length);
          stranger.sendSave();
          await stranger.until(() => stranger.saves.length > 0);
          expect((await home.cells(PATH)).map(({ id }) => id)).toEqual(ids);
          const acknowledged = people.reduce((sum, person) => sum + person.acknowledged.size, 0);
          expect(acknowledged).toBeGreaterThan(CYCLES / SERIES);
          stranger.close();
        } finally {
          for (const { client } of people) client?.close();
          await server.kill();
        }
      },
      CYCLES * 10_000,
    );
  }
});
