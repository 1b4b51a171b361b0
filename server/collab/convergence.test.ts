import { createHash } from 'node:crypto';
import { formatNotebook } from '@daybook/shared/notebook/format';
import { parseNotebook } from '@daybook/shared/notebook/parse';
import type { DocumentLog } from '@daybook/shared/ports/document-log';
import type { Workspace } from '@daybook/shared/ports/workspace';
import * as decoding from 'lib0/decoding';
import { pino } from 'pino';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { createMemoryLog } from '../adapters/document-log/memory.ts';
import { identityOf } from '../auth/identity.ts';
import { Connection } from './connection.ts';
import { kindOf } from './document-kinds.ts';
import { Room } from './room.ts';
import { FakeSocket } from './testing/fake-socket.ts';
import { notebookOf } from './testing/home.ts';
import { createMemoryWorkspace } from './testing/memory-workspace.ts';
import { syncFrame } from './testing/raw-client.ts';
import { createRandom } from './testing/typist.ts';

/** Schedules tried: 2,000, or 100,000 with `DAYBOOK_TEST_LONG=1`. */
const SCHEDULES = process.env.DAYBOOK_TEST_LONG === '1' ? 100_000 : 2_000;
const PER_TEST = 100;
const PATH = 'n.ipynb';
const log = pino({ level: 'silent' });

type Cell = Y.Map<unknown>;
const cells = (doc: Y.Doc) => doc.getArray<Cell>('cells');
const shown = (doc: Y.Doc) => ({ cells: cells(doc).toJSON(), meta: doc.getMap('meta').toJSON() });
const turn = () => new Promise((resolve) => setImmediate(resolve));

/** One person's document on a network that loses, repeats and reorders frames, or is cut. */
class Replica {
  readonly doc = new Y.Doc();
  readonly name: string;
  #socket: FakeSocket | undefined;
  /** Frames to the server that are on their way. */
  #outgoing: Uint8Array[] = [];
  #heard = 0;

  constructor(name: string) {
    this.name = name;
    this.doc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'server') this.#outgoing.push(syncFrame(2, update));
    });
  }

  get connected(): boolean {
    return this.#socket?.readyState === 1;
  }

  connect(room: Room): void {
    this.disconnect();
    this.#outgoing = [syncFrame(0, Y.encodeStateVector(this.doc))];
    this.#heard = 0;
    this.#socket = new FakeSocket();
    room.join(new Connection(this.#socket.asWebSocket, { identity: identityOf(this.name, { id: this.name }), log }));
  }

  disconnect(): void {
    this.#socket?.close();
    this.#socket = undefined;
    this.#outgoing = [];
  }

  /** Carries frames both ways; with a random source, not all and not in order. */
  deliver(random?: () => number): void {
    const socket = this.#socket;
    if (socket === undefined) return;
    if (socket.code !== undefined && socket.code !== 1012)
      throw new Error(`${this.name} was closed with ${socket.code}`);
    const outgoing = this.#outgoing.splice(0);
    const carried = random === undefined ? outgoing : spoil(outgoing, random);
    for (const frame of carried) socket.receive(frame);
    const incoming = socket.sent.slice(this.#heard);
    this.#heard = socket.sent.length;
    for (const frame of random === undefined ? incoming : spoil(incoming, random)) this.#hear(frame);
  }

  get quiet(): boolean {
    return this.#outgoing.length === 0 && this.#heard === (this.#socket?.sent.length ?? 0);
  }

  #hear(frame: Uint8Array): void {
    if (frame[0] !== 0) return;
    const decoder = decoding.createDecoder(frame);
    decoding.readVarUint(decoder);
    const step = decoding.readVarUint(decoder);
    const body = decoding.readVarUint8Array(decoder);
    if (step === 0) this.#outgoing.push(syncFrame(1, Y.encodeStateAsUpdate(this.doc, body)));
    else Y.applyUpdate(this.doc, body, 'server');
  }
}

/** Loses, repeats and swaps some. */
function spoil(frames: readonly Uint8Array[], random: () => number): Uint8Array[] {
  const spoiled = frames.flatMap((frame) => {
    const roll = random();
    return roll < 0.08 ? [] : roll < 0.16 ? [frame, frame] : [frame];
  });
  if (spoiled.length > 1 && random() < 0.3) spoiled.reverse();
  return spoiled;
}

class Schedule {
  readonly #random: () => number;
  readonly #log: DocumentLog = createMemoryLog();
  readonly #workspace: Workspace = createMemoryWorkspace();
  readonly #replicas: Replica[];
  readonly #words: string[] = [];
  readonly #removed = new Set<string>();
  #outside = 0;
  #room: Room | undefined;

  constructor(seed: number) {
    this.#random = createRandom(seed);
    this.#replicas = Array.from({ length: 2 + this.#pick(7) }, (_, at) => new Replica(`p${at}`));
  }

  async run(): Promise<void> {
    await this.#workspace.write(PATH, Buffer.from(notebookOf({ shared: 'START\n', other: '' })));
    await this.#start();
    for (const replica of this.#replicas) replica.connect(this.#opened);
    for (let round = 0; round < 3; round += 1) await this.#exchange();
    const steps = 10 + this.#pick(30);
    for (let step = 0; step < steps; step += 1) await this.#step();
    await this.#settle();
    this.#check();
    await this.#opened.save();
    await this.#checkFile();
    // What the log holds is what everybody sees.
    const before = shown(this.#somebody.doc);
    this.#opened.abandon();
    await this.#start();
    const late = new Replica('late');
    late.connect(this.#opened);
    this.#replicas.push(late);
    await this.#settle();
    expect(shown(late.doc)).toEqual(before);
    this.#opened.abandon();
  }

  async #step(): Promise<void> {
    const replica = this.#replicas[this.#pick(this.#replicas.length)] ?? this.#somebody;
    const roll = this.#random();
    if (roll < 0.4) this.#type(replica);
    else if (roll < 0.5) this.#insert(replica);
    else if (roll < 0.56) this.#remove(replica);
    else if (roll < 0.62) replica.disconnect();
    else if (roll < 0.7) {
      if (!replica.connected) replica.connect(this.#opened);
    } else if (roll < 0.9) {
      for (const each of this.#replicas) each.deliver(this.#random);
      if (this.#random() < 0.7) await turn();
    } else if (roll < 0.94) {
      // The server dies, with whatever was on its way, and comes back.
      this.#opened.abandon();
      await this.#start();
      for (const each of this.#replicas) each.disconnect();
    } else if (roll < 0.97) await this.#opened.save();
    else await this.#editFile();
  }

  #type(replica: Replica): void {
    const list = cells(replica.doc);
    const text = list.length === 0 ? undefined : list.get(this.#pick(list.length)).get('source');
    if (!(text instanceof Y.Text)) return;
    const word = this.#word(replica);
    const lines = text.toString().split('\n');
    const at = lines.slice(0, this.#pick(lines.length)).reduce((sum, line) => sum + line.length + 1, 0);
    text.insert(at, `${word}\n`);
  }

  #insert(replica: Replica): void {
    const word = this.#word(replica);
    const list = cells(replica.doc);
    list.insert(this.#pick(list.length + 1), [
      new Y.Map<unknown>([
        ['id', word],
        ['cell_type', 'markdown'],
        ['source', new Y.Text(`${word}\n`)],
        ['metadata', new Y.Map()],
      ]),
    ]);
  }

  /** Takes a cell away, and with it all words that anybody puts into it. */
  #remove(replica: Replica): void {
    const list = cells(replica.doc);
    const at = this.#pick(list.length + 1);
    const id = at < list.length ? String(list.get(at).get('id')) : 'shared';
    if (id === 'shared') return;
    list.delete(at, 1);
    this.#removed.add(id);
  }

  /** Somebody else adds a cell to the file as it is now. */
  async #editFile(): Promise<void> {
    const { bytes, sha256 } = await this.#workspace.read(PATH);
    const notebook = parseNotebook(new TextDecoder().decode(bytes));
    this.#outside += 1;
    const word = `x${this.#outside}`;
    this.#words.push(word);
    const added = { id: word, cell_type: 'markdown' as const, source: `${word}\n`, metadata: {} };
    const at = this.#pick(notebook.cells.length + 1);
    const changed = formatNotebook({ ...notebook, cells: notebook.cells.toSpliced(at, 0, added) });
    await this.#workspace.write(PATH, Buffer.from(changed), { replacing: sha256 }).catch(() => this.#words.pop());
    const { sha256: hash } = await this.#workspace.read(PATH);
    await this.#opened.fileWritten(hash);
  }

  #word(replica: Replica): string {
    const word = `${replica.name}w${this.#words.length}`;
    this.#words.push(word);
    return word;
  }

  async #start(): Promise<void> {
    this.#room = await Room.load({
      id: 'd',
      kind: kindOf('json', 'notebook'),
      path: PATH,
      deleted: false,
      documents: this.#log,
      workspace: this.#workspace,
      log,
      timing: { quiet: 1e6, longest: 1e6, retry: { first: 1, longest: 10 } },
      reattach: async () => {},
      onEmpty: () => {},
      pulse: { saw: () => {}, window: () => 0 }, // thousands of schedules wait for nothing
    });
  }

  /** The network is whole again: everybody comes back and hears everything. */
  async #settle(): Promise<void> {
    for (const replica of this.#replicas) replica.connect(this.#opened);
    let rounds = 0;
    for (let still = 0; still < 3; rounds += 1) {
      if (rounds > 500) throw new Error('the room never comes to rest');
      await this.#exchange();
      still = this.#replicas.every((replica) => replica.quiet) ? still + 1 : 0;
    }
  }

  async #exchange(): Promise<void> {
    for (const replica of this.#replicas) replica.deliver();
    await turn();
    await turn();
  }

  #check(): void {
    const first = shown(this.#somebody.doc);
    for (const replica of this.#replicas) {
      expect(replica.doc.store.pendingStructs).toBeNull();
      expect(shown(replica.doc)).toEqual(first);
    }
    const ids = cells(this.#somebody.doc).map((cell) => cell.get('id'));
    expect(new Set(ids).size).toBe(ids.length);
    const found = (JSON.stringify(first).match(/"source":"[^"]*"/g) ?? []).join().match(/(?:p\dw|x)\d+(?=\\n)/g) ?? [];
    expect(new Set(found).size).toBe(found.length);
    // With nothing removed every word is there; otherwise none that was not in a removed cell is gone.
    if (this.#removed.size === 0) expect(found.sort()).toEqual([...this.#words].sort());
  }

  async #checkFile(): Promise<void> {
    const { bytes, sha256 } = await this.#workspace.read(PATH);
    const notebook = parseNotebook(new TextDecoder().decode(bytes));
    const list = cells(this.#somebody.doc).map((cell) => [cell.get('id'), String(cell.get('source'))]);
    expect(notebook.cells.map(({ id, source }) => [id, source])).toEqual(list);
    expect(createHash('sha256').update(bytes).digest('hex')).toBe(sha256);
  }

  get #opened(): Room {
    if (this.#room === undefined) throw new Error('there is no room');
    return this.#room;
  }

  get #somebody(): Replica {
    const [first] = this.#replicas;
    if (first === undefined) throw new Error('there is nobody');
    return first;
  }

  #pick(count: number): number {
    return Math.floor(this.#random() * count);
  }
}

describe('everybody comes to see the same [R1 R2 R6 R9 R22]', () => {
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
