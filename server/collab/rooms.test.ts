import { DaybookError } from '@daybook/shared/errors/error';
import { formatNotebook } from '@daybook/shared/notebook/format';
import { parseNotebook } from '@daybook/shared/notebook/parse';
import type { DocumentLog } from '@daybook/shared/ports/document-log';
import type { Workspace } from '@daybook/shared/ports/workspace';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { createMemoryLog } from '../adapters/document-log/memory.ts';
import type { Documents } from './documents.ts';
import type { HeldDocument } from './held-document.ts';
import type { Room } from './room.ts';
import { Rooms } from './rooms.ts';
import { createMemoryDocuments } from './testing/file-documents.ts';
import { notebookOf } from './testing/home.ts';
import { Member } from './testing/member.ts';
import { createMemoryWorkspace, type MemoryWorkspace } from './testing/memory-workspace.ts';
import { createRandom } from './testing/typist.ts';
import { createUnsteadyLog, turns, type UnsteadyLog } from './testing/unsteady-log.ts';

/** Schedules tried: 60, or 3,000 with `DAYBOOK_TEST_LONG=1`. */
const SCHEDULES = process.env.DAYBOOK_TEST_LONG === '1' ? 3_000 : 60;
const PER_TEST = 20;
const PATHS = ['a.ipynb', 'b.ipynb', 'c.ipynb'];
/** Milliseconds in which everything must have come to an end once the log answers again. */
const LIMIT = 30_000;

const cells = (doc: Y.Doc) => doc.getArray<Y.Map<unknown>>('cells').toArray();
const shared = (doc: Y.Doc): Y.Text | undefined =>
  cells(doc)
    .map((cell) => (cell.get('id') === 'shared' ? cell.get('source') : undefined))
    .find((source) => source instanceof Y.Text);
const sources = (doc: Y.Doc) => cells(doc).map((cell) => [cell.get('id'), String(cell.get('source'))]);
const wordsIn = (text: string) => text.match(/\bw\d+\b/g) ?? [];

/** What a schedule knows of one document. */
interface Known {
  readonly id: string;
  readonly members: readonly Member[];
  /** Words that somebody put into the file beside the rooms. */
  readonly outside: string[];
}

class Schedule {
  readonly #random: () => number;
  readonly #log: UnsteadyLog;
  readonly #workspace: MemoryWorkspace;
  readonly #documents: Documents;
  readonly #under = new Map<Promise<void>, string>();
  readonly #failures: unknown[] = [];
  #rooms: Rooms;
  #known: Known[] = [];
  #trash: string[] = [];
  #words = 0;
  #names = 0;

  constructor(seed: number) {
    this.#random = createRandom(seed);
    // A source of its own, so that how long something takes does not change what is done.
    const delays = createRandom(seed + 1_000_000);
    const delay = () => turns(Math.floor(delays() * 4));
    this.#log = createUnsteadyLog(delays);
    this.#workspace = createMemoryWorkspace(delay);
    this.#documents = createMemoryDocuments(delay);
    this.#rooms = this.#open();
  }

  async run(): Promise<void> {
    for (const path of PATHS) {
      await this.#workspace.write(path, Buffer.from(notebookOf({ shared: '' })));
      const { id } = await this.#documents.open(path);
      this.#known.push({ id, members: [1, 2, 3].map((at) => new Member(`${path[0]}${at}`)), outside: [] });
    }
    const steps = 40 + this.#pick(60);
    for (let step = 0; step < steps; step += 1) {
      this.#step();
      await turns(this.#pick(4));
      if (this.#random() < 0.1) await new Promise((resolve) => setTimeout(resolve, 3)); // rooms may be let go
      for (const { members } of this.#known) for (const member of members) member.listen();
    }
    this.#log.heal();
    await this.#untilAllIsOver();
    expect(this.#failures).toEqual([]);
    for (const known of this.#known) await this.#check(known);
    const before = await Promise.all(this.#known.map((known) => this.#shown(known)));
    await within(this.#rooms.close(), 'closing');
    // What the log holds is what everybody saw.
    this.#rooms = this.#open();
    expect(await Promise.all(this.#known.map((known) => this.#shown(known)))).toEqual(before);
    await within(this.#rooms.close(), 'closing');
  }

  #step(): void {
    const known = this.#one(this.#known);
    const member = this.#one(known.members);
    const roll = this.#random();
    if (roll < 0.35) this.#type(member);
    else if (roll < 0.55) this.#beside(`join of ${member.name}`, () => this.#join(member, known));
    else if (roll < 0.68) member.leave();
    else if (roll < 0.76) this.#beside(`work on ${known.id}`, () => this.#work(known));
    else if (roll < 0.82) this.#beside('outside write', () => this.#writeFile(known));
    else if (roll < 0.9) this.#beside('renaming', () => this.#rename(known));
    else if (roll < 0.94) this.#beside('removal', () => this.#remove(known));
    else if (roll < 0.98) this.#beside('restoring', () => this.#restore());
    else this.#beside('flush', () => this.#rooms.flush());
  }

  /** Something goes on beside everything else; that the log or a file is away is no failure. */
  #beside(name: string, work: () => Promise<void>): void {
    const done: Promise<void> = work()
      .catch((error: unknown) => {
        const away = error instanceof DaybookError || /the log (is|went) away/.test(String(error));
        if (!away) this.#failures.push(new Error(`${name} failed`, { cause: error }));
      })
      .finally(() => this.#under.delete(done));
    this.#under.set(done, name);
  }

  #type(member: Member): void {
    this.#words += 1;
    member.type(`w${this.#words}`, shared);
  }

  async #join(member: Member, { id }: Known): Promise<void> {
    if (member.connected) return;
    const room = await this.#rooms.open(`json:notebook:${id}`);
    member.join(room);
  }

  async #work({ id, outside }: Known): Promise<void> {
    const held = await this.#rooms.hold({ id });
    try {
      await turns(this.#pick(8));
      await held.quietly(async () => this.#insert(held, outside));
      await held.settle();
    } finally {
      held.release();
    }
  }

  #insert(held: HeldDocument, outside: string[]): void {
    const text = shared(held.doc);
    if (text === undefined) throw new Error('the document has no text');
    this.#words += 1;
    outside.push(`w${this.#words}`);
    held.transact(() => text.insert(0, `w${this.#words}\n`));
  }

  /** Adds a cell to the file, through the server or beside it. */
  async #writeFile({ id, outside }: Known): Promise<void> {
    const place = await this.#documents.find(id);
    if (place === undefined || place.deleted) return;
    const { bytes, sha256 } = await this.#workspace.read(place.path);
    const notebook = parseNotebook(new TextDecoder().decode(bytes));
    this.#words += 1;
    const word = `w${this.#words}`;
    const cell = { id: `c${this.#words}`, cell_type: 'markdown' as const, source: `${word}\n`, metadata: {} };
    const changed = Buffer.from(formatNotebook({ ...notebook, cells: [...notebook.cells, cell] }));
    await this.#workspace.write(place.path, changed, { replacing: sha256 });
    outside.push(word);
  }

  async #rename({ id }: Known): Promise<void> {
    const place = await this.#documents.find(id);
    if (place === undefined || place.deleted) return;
    this.#names += 1;
    await this.#workspace.move(place.path, `${place.path[0]}${this.#names}.ipynb`);
  }

  async #remove({ id }: Known): Promise<void> {
    const place = await this.#documents.find(id);
    if (place === undefined || place.deleted) return;
    this.#trash.push(await this.#workspace.remove(place.path));
  }

  async #restore(): Promise<void> {
    const trash = this.#trash.shift();
    if (trash === undefined) return;
    await this.#workspace.trash.restore(trash).catch((error: unknown) => {
      this.#trash.push(trash);
      throw error;
    });
  }

  async #untilAllIsOver(): Promise<void> {
    const names = [...this.#under.values()].join(', ');
    await within(Promise.all([...this.#under.keys()]), names);
    while (this.#trash.length > 0) await within(this.#restore(), 'restoring');
    for (const known of this.#known) {
      for (const member of known.members) {
        member.leave();
        await within(this.#join(member, known), `join of ${member.name}`);
      }
    }
    const end = performance.now() + LIMIT;
    const members = this.#known.flatMap((known) => known.members);
    while (!members.every((member) => member.quiet)) {
      if (performance.now() > end) throw new Error('members never come to rest');
      for (const member of members) member.listen();
      await turns(1);
    }
  }

  async #check({ id, members, outside }: Known): Promise<void> {
    const room: Room = await within(this.#rooms.open(`json:notebook:${id}`), 'opening');
    expect(await within(room.save(), 'saving')).toBe(true);
    const late = new Member('late');
    late.join(room);
    await until(() => {
      for (const member of [late, ...members]) member.listen();
      return members.every(({ doc }) => JSON.stringify(sources(doc)) === JSON.stringify(sources(late.doc)));
    });
    late.leave();
    const words = wordsIn(JSON.stringify(sources(late.doc)).replaceAll('\\n', ' '));
    const wanted = [...members.flatMap(({ typed }) => typed), ...outside];
    expect(words.sort()).toEqual(wanted.sort());
    // One document, one place, one file, and all say the same.
    const place = await this.#documents.find(id);
    expect({ path: room.path, attached: room.attached }).toEqual({ path: place?.path, attached: true });
    const { bytes } = await this.#workspace.read(room.path);
    const notebook = parseNotebook(new TextDecoder().decode(bytes));
    expect(notebook.cells.map((cell) => [cell.id, cell.source])).toEqual(sources(late.doc));
  }

  async #shown({ id }: Known): Promise<unknown> {
    const held = await within(this.#rooms.hold({ id }), 'holding');
    const shown = sources(held.doc);
    held.release();
    return shown;
  }

  #open(): Rooms {
    return new Rooms({
      documents: this.#documents,
      log: this.#log,
      workspace: this.#workspace,
      logger: pino({ level: 'silent' }),
      timing: { quiet: 2, longest: 10, retry: { first: 1, longest: 5 } },
      idle: 1,
    });
  }

  #pick(count: number): number {
    return Math.floor(this.#random() * count);
  }

  #one<T>(list: readonly T[]): T {
    const found = list[this.#pick(list.length)];
    if (found === undefined) throw new Error('there is none');
    return found;
  }
}

async function within<T>(promise: Promise<T>, what: string): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`${what} never ended`)), LIMIT);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

async function until(holds: () => boolean): Promise<void> {
  const end = performance.now() + LIMIT;
  while (!holds()) {
    if (performance.now() > end) throw new Error('members never see the same');
    await turns(1);
  }
}

describe('whatever happens at the same time, nothing hangs and nothing is lost [R1 R2 R9 R11 R12 R19 R27 R28]', () => {
  for (let from = 1; from <= SCHEDULES; from += PER_TEST) {
    test(`schedules of seeds ${from} to ${from + PER_TEST - 1}`, async () => {
      for (let seed = from; seed < from + PER_TEST; seed += 1) {
        await new Schedule(seed).run().catch((cause: unknown) => {
          throw new Error(`seed ${seed}: ${(cause as Error).message}`, { cause });
        });
      }
    }, 600_000);
  }
});

/** Rooms over a log that a test holds up or lets fail. */
function roomsOn(
  log: DocumentLog,
  workspace: Workspace = createMemoryWorkspace(),
  documents = createMemoryDocuments(),
) {
  const logger = pino({ level: 'silent' });
  const timing = { quiet: 2, longest: 10, retry: { first: 1, longest: 5 } };
  return { documents, workspace, rooms: new Rooms({ documents, log, workspace, logger, timing, idle: 5 }) };
}
const notebook = (source: string) => Buffer.from(notebookOf({ shared: source }));

describe('moments', () => {
  test('a document whose log does not answer holds up no other, whatever happens to files [R28]', async () => {
    const log = createMemoryLog();
    let stuck = '';
    const load: DocumentLog['load'] = (name) => (name === stuck ? new Promise(() => undefined) : log.load(name));
    const workspace = createMemoryWorkspace();
    const { rooms, documents } = roomsOn({ ...log, load }, workspace);
    for (const path of ['a.ipynb', 'b.ipynb']) await workspace.write(path, notebook('x'));
    const { id } = await documents.open('a.ipynb');
    stuck = `${id}.notebook.json`;
    const never = rooms.open(`json:notebook:${id}`);
    never.catch(() => undefined);
    await workspace.move('b.ipynb', 'c.ipynb');
    const held = await within(rooms.hold({ path: 'c.ipynb' }), 'opening another');
    expect(rooms.find({ path: 'c.ipynb' }).map((room) => room.id)).toEqual([held.documentId]);
    held.release();
    await within(rooms.close(50), 'closing');
  });

  test('a file that seemed to be gone and was renamed is followed [R11]', async () => {
    let word = async () => {};
    const workspace = createMemoryWorkspace(() => word());
    const { rooms } = roomsOn(createMemoryLog(), workspace);
    await workspace.write('a.ipynb', notebook('x'));
    const held = await rooms.hold({ path: 'a.ipynb' });
    const [room] = rooms.find({ path: 'a.ipynb' });
    let tell: () => void = () => undefined;
    word = () =>
      new Promise((resolve) => {
        tell = resolve;
      });
    const moving = workspace.move('a.ipynb', 'b.ipynb');
    await turns(5);
    word = async () => {};
    held.transact(() => shared(held.doc)?.insert(0, 'y'));
    await room?.save(); // finds no file
    expect(held.doc.getMap('state').get('saveError')).toContain('deleted');
    tell();
    await moving;
    await rooms.upToDate;
    expect(await room?.save()).toBe(true);
    expect(Buffer.from((await workspace.read('b.ipynb')).bytes).toString()).toContain('yx');
    expect(held.doc.getMap('state').get('saveError')).toBeUndefined();
    held.release();
    await rooms.close();
  });

  test('a save that fails while nobody types is made up for [R10]', async () => {
    const plain = createMemoryWorkspace();
    let full = false;
    const write: Workspace['write'] = (path, bytes, options) =>
      full ? Promise.reject(new Error('no space left on device')) : plain.write(path, bytes, options);
    const log = createMemoryLog();
    const documents = createMemoryDocuments();
    await plain.write('a.ipynb', notebook('x'));
    const first = roomsOn(log, { ...plain, write }, documents);
    const held = await first.rooms.hold({ path: 'a.ipynb' });
    full = true;
    held.transact(() => shared(held.doc)?.insert(0, 'y'));
    await held.settle();
    await first.rooms.close(500);
    const second = roomsOn(log, { ...plain, write }, documents);
    const again = await second.rooms.hold({ path: 'a.ipynb' });
    full = false;
    const text = async () => Buffer.from((await plain.read('a.ipynb')).bytes).toString();
    await expect.poll(text, { timeout: LIMIT }).toContain('yx');
    again.release();
    await second.rooms.close();
  });

  test('a deleted document without a log is not filled with the file that is at its path now [R4 R11]', async () => {
    const workspace = createMemoryWorkspace();
    const { rooms, documents } = roomsOn(createMemoryLog(), workspace);
    await workspace.write('a.ipynb', notebook('old'));
    const { id } = await documents.open('a.ipynb');
    await workspace.remove('a.ipynb');
    await workspace.write('a.ipynb', notebook('of somebody else'));
    await expect(rooms.open(`json:notebook:${id}`)).rejects.toMatchObject({ code: 'file_not_found' });
    await rooms.close();
  });

  test('rooms that cannot be loaded or let go for want of a log end when their time is up [R28]', async () => {
    const log = createMemoryLog();
    let away = false;
    const append: DocumentLog['append'] = (name, update) =>
      away ? Promise.reject(new Error('away')) : log.append(name, update);
    const workspace = createMemoryWorkspace();
    const { rooms } = roomsOn({ ...log, append }, workspace);
    for (const path of ['a.ipynb', 'b.ipynb']) await workspace.write(path, notebook('x'));
    const held = await rooms.hold({ path: 'a.ipynb' });
    away = true;
    held.transact(() => shared(held.doc)?.insert(0, 'y'));
    const waiting = expect(held.settle()).rejects.toThrow('given up');
    const loading = expect(rooms.hold({ path: 'b.ipynb' })).rejects.toThrow();
    await turns(20);
    await within(rooms.close(20), 'closing');
    await within(Promise.all([waiting, loading]), 'who waited');
  });

  test('above its bytes the rooms that were left first go at once, and none that is in use [R30]', async () => {
    const workspace = createMemoryWorkspace();
    const logger = pino({ level: 'silent' });
    const options = { documents: createMemoryDocuments(), log: createMemoryLog(), workspace, logger, idle: 1e6 };
    const rooms = new Rooms({ ...options, memory: 50_000 });
    const held: HeldDocument[] = [];
    for (const path of ['a.ipynb', 'b.ipynb', 'c.ipynb']) {
      await workspace.write(path, notebook(path.repeat(2_000)));
      held.push(await rooms.hold({ path }));
    }
    const open = () => held.map(({ documentId }) => rooms.find({ id: documentId }).length);
    const [a, b, c] = held;
    // 14 kB each by now, and 42 kB more.
    c?.transact(() => shared(c.doc)?.insert(0, 'x'.repeat(42_000)));
    await c?.settle();
    expect(open()).toEqual([1, 1, 1]);
    expect(rooms.bytes).toBeGreaterThan(50_000);
    b?.transact(() => shared(b.doc)?.insert(0, 'kept '));
    b?.release();
    await expect.poll(open, { timeout: LIMIT }).toEqual([1, 0, 1]);
    const file = Buffer.from((await workspace.read('b.ipynb')).bytes).toString();
    expect(file).toContain('kept b.ipynb');
    a?.release();
    await expect.poll(open, { timeout: LIMIT }).toEqual([0, 0, 1]);
    expect(rooms.size).toBe(1);
    c?.release();
    await rooms.close();
  });
});
