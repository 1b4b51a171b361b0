import { ROOM_CLOSE } from '@daybook/shared/api/room-messages';
import { DaybookError } from '@daybook/shared/errors/error';
import type { DocumentHistory, DocumentLog } from '@daybook/shared/ports/document-log';
import type { Workspace } from '@daybook/shared/ports/workspace';
import type { Logger } from 'pino';
import * as Y from 'yjs';
import { Authors } from './admission/authors.ts';
import { Budget } from './budget.ts';
import { CommitQueue } from './commit-queue.ts';
import type { Connection } from './connection.ts';
import type { DocumentKind } from './document-kinds.ts';
import { beginEpoch, epochOf, isForeign } from './epoch.ts';
import { Exports } from './exports.ts';
import { type FilePacking, UNPACKED } from './file-packing.ts';
import type { HeldDocument } from './held-document.ts';
import { Intake } from './intake.ts';
import { Presence } from './presence.ts';
import { Pulse } from './pulse.ts';
import { Quiet } from './quiet.ts';
import type { ObserveRoom, RoomObserver } from './room-observer.ts';
import type { SaveTiming } from './save-timer.ts';
import { Saver } from './saver.ts';
import { FROM_SERVER, type SharedDocument } from './shared-document.ts';
import {
  type ClientMessage,
  decodeMessage,
  encodeAnswer,
  encodeAsk,
  encodeAwareness,
  encodeSaved,
  encodeUpdate,
} from './wire.ts';

export interface RoomOptions {
  readonly id: string;
  readonly kind: DocumentKind;
  readonly path: string;
  readonly deleted: boolean;
  readonly documents: DocumentLog;
  readonly workspace: Workspace;
  readonly log: Logger;
  readonly timing?: SaveTiming | undefined;
  /** For notebooks; everything stays in the document unless told. */
  readonly packing?: FilePacking | undefined;
  /** Gives a deleted document its path back; fails with `file_exists` when that is taken. */
  readonly reattach: (path: string) => Promise<void>;
  readonly observe?: ObserveRoom | undefined;
  /** Told when the last client has left. */
  readonly onEmpty: () => void;
  /** May change the document when it was loaded, before anybody sees it; in one transaction. */
  readonly onLoad?: ((doc: Y.Doc) => void) | undefined;
  /** How long it gathers what is written; of its own unless told. */
  readonly pulse?: Pick<Pulse<Connection>, 'saw' | 'window'> | undefined;
  /** Gives the room up when aborted, also while it is being loaded: see `abandon`. */
  readonly signal?: AbortSignal | undefined;
}

/** Updates and bytes in the log after which a snapshot replaces them. */
const COMPACT = { updates: 500, bytes: 1 << 20 };

/** Bytes of a file that can be opened for editing together, large outputs aside, and of a document that can still grow. */
const LARGEST_FILE = 20 << 20;
/** Bytes of such a file with its large outputs. */
const LARGEST_PACKED_FILE = 256 << 20;

/** Milliseconds a client waits for its save; with the log away it would take as long as that. */
const SAVE_PATIENCE = 8_000;

/** What answering for the whole document counts, in frames. */
const ANSWER_COST = 20;

/** One open document with everybody in it. Its rules are in SPEC.md. */
export class Room {
  readonly #options: RoomOptions;
  readonly #name: string;
  readonly #document: SharedDocument;
  readonly #packing: FilePacking;
  readonly #queue: CommitQueue<Connection>;
  readonly #presence: Presence;
  readonly #authors: Authors;
  readonly #budget: Budget;
  readonly #intake: Intake;
  readonly #exports: Exports;
  readonly #saver: Saver;
  readonly #observer: RoomObserver | undefined;
  /** True for clients that have the state and now hear of every commit. */
  readonly #clients = new Map<Connection, boolean>();
  readonly #holders = new Set<HeldDocument>();
  readonly #pulse: Pick<Pulse<Connection>, 'saw' | 'window'>;
  readonly #quiet = new Quiet(() => this.#clients.keys());
  #unwatch: (() => void) | undefined;
  #tail = { updates: 0, bytes: 0 };
  #compacting = false;
  #ended = false;
  #destroyed = false;

  private constructor(options: RoomOptions) {
    const { id, kind, documents, workspace, log, path, timing } = options;
    this.#options = options;
    this.#pulse = options.pulse ?? new Pulse();
    this.#name = `${id}.${kind.type}.${kind.format}`;
    this.#document = kind.create();
    this.#packing = (kind.type === 'notebook' ? options.packing : undefined) ?? UNPACKED;
    const { doc } = this.#document;
    this.#queue = new CommitQueue<Connection>(doc, {
      append: async (update) => {
        await this.#authors.save();
        await documents.append(this.#name, update);
      },
      admit: (received) => this.#intake.admit(received),
      onCommit: (update) => this.#tell(update),
      onApplied: (senders) => this.#applied(senders),
      onRefused: ({ sender }, error) => this.#intake.refuse(sender, error),
      onSettled: (received) => this.#intake.settled(received),
      onAppendFailed: (error) => log.error({ err: error, document: this.#name }, 'document log cannot be written'),
      window: () => this.#pulse.window(this.#clients.size),
      ...(timing === undefined ? {} : { retry: timing.retry }),
    });
    this.#authors = new Authors(documents, `${this.#name}.authors`);
    this.#budget = new Budget(LARGEST_FILE, () => Y.encodeStateAsUpdate(doc).length);
    this.#intake = new Intake({
      document: this.#document,
      authors: this.#authors,
      budget: this.#budget,
      enqueue: (received) => this.#queue.receive(received),
      log: log.child({ document: this.#name }),
    });
    this.#presence = new Presence(doc, (entries) => this.#broadcast(encodeAwareness(entries)), this.#authors);
    this.#exports = new Exports(documents, `${this.#name}.exports`);
    const settle = () => this.#queue.settle();
    this.#observer = options.observe?.({ id, kind, document: this.#document, settle });
    this.#saver = new Saver({
      document: this.#document,
      exports: this.#exports,
      workspace,
      log,
      path,
      kind,
      packing: this.#packing,
      settle,
      reattach: () => options.reattach(this.#saver.path),
      beforeMerge: async () => this.#observer?.beforeMerge(),
      ...(timing === undefined ? {} : { timing }),
    });
  }

  /**
   * Loads the document: from its log, or, when it has none, from its file, which is then in the log
   * before anybody sees it. Errors: `bad_notebook`, `not_text`, `file_not_found`, `document_corrupt`.
   */
  static async load(options: RoomOptions): Promise<Room> {
    const room = new Room(options);
    options.signal?.addEventListener('abort', () => room.abandon(), { once: true });
    try {
      await room.#load();
      return room;
    } catch (error) {
      room.#destroy(new Error('the room could not be loaded', { cause: error }));
      throw error;
    }
  }

  get id(): string {
    return this.#options.id;
  }

  get path(): string {
    return this.#saver.path;
  }

  /** False after the file was deleted here, until somebody saves it again. */
  get attached(): boolean {
    return !this.#saver.deleted;
  }

  /** Nobody is in it, and the server itself does not work on it. */
  get empty(): boolean {
    return this.#clients.size === 0 && this.#holders.size === 0;
  }

  /** True once the room is being let go: nobody gets in any more. */
  get ended(): boolean {
    return this.#ended;
  }

  /** About the bytes of its document: never less than that has. */
  get bytes(): number {
    return this.#budget.bytes;
  }

  /** True when the file has everything, so that the room may go. */
  get clean(): boolean {
    return this.#saver.clean;
  }

  join(client: Connection): void {
    if (this.#ended) {
      client.close(ROOM_CLOSE.restart, 'the room has just closed');
      return;
    }
    this.#clients.set(client, false);
    this.#intake.join(client);
    this.#quiet.join(client);
    client.onClose(() => this.#leave(client));
    client.send(encodeAsk(Y.encodeStateVector(this.#document.doc)));
    const states = this.#presence.states();
    if (states !== undefined) client.send(encodeAwareness(states));
    client.listen((frame) => this.#receive(client, frame));
  }

  /** Keeps the room, which has not ended, open for the server's own work on the document. */
  hold(): HeldDocument {
    const { doc } = this.#document;
    const held: HeldDocument = {
      documentId: this.id,
      doc,
      transact: (work) => doc.transact(work, FROM_SERVER),
      settle: () => this.#queue.settle(),
      quietly: (work) => this.#quiet.during(() => this.#queue.settle().then(work)),
      release: () => {
        if (this.#holders.delete(held) && this.empty) this.#options.onEmpty();
      },
    };
    this.#holders.add(held);
    return held;
  }

  /** Sends an event to everybody in the room who knows of events. */
  announce(kind: string, body: unknown): void {
    for (const client of this.#clients.keys()) client.tell({ type: 'event', kind, body });
  }

  /** Writes the file if it lacks something. Resolves false when that failed. */
  async save(): Promise<boolean> {
    await this.#queue.settle();
    await this.#saver.done; // one under way may find that there is more to write
    return this.#saver.clean || this.#saver.save();
  }

  /** The file was written by somebody on this server, maybe by this room. */
  fileWritten(hash: string): void {
    if (this.#ended) return;
    if (this.#saver.vanished || !this.#exports.knows(hash)) void this.#saver.lookAtFile();
  }

  fileRenamed(path: string): void {
    if (this.#ended) return;
    this.#saver.rename(path);
    this.#watch();
  }

  /** The file came back out of the trash. */
  fileRestored(path: string): void {
    if (this.#ended) return; // whoever opens the document next reads the file
    this.#saver.attach(path);
    this.#watch();
  }

  fileDeleted(): void {
    this.#saver.detach();
  }

  /**
   * Ends the room: clients are told to come back later, and what they still send is not taken, so that
   * the next room of this document finds all there is in the log. Call `save` before.
   */
  async close(): Promise<void> {
    this.#ended = true;
    for (const client of this.#clients.keys()) client.close(ROOM_CLOSE.restart, 'the server restarts');
    this.#unwatch?.();
    this.#saver.stop();
    try {
      await this.#observer?.close();
      // The next room of this document must not meet a save of this one.
      await this.#saver.done;
      await this.#queue.settle();
    } finally {
      this.#destroy(new Error('the room is closed'));
    }
  }

  /** Gives up waiting for a log that cannot be written. */
  abandon(): void {
    this.#destroy(new Error('the room was given up'));
  }

  async #load(): Promise<void> {
    const { documents, workspace, path, deleted, log } = this.#options;
    const history = await documents.load(this.#name);
    await Promise.all([this.#exports.load(), this.#authors.load()]);
    const known = history.snapshot !== undefined || history.updates.length > 0;
    if (known) {
      await this.#replay(history);
      this.#queue.start();
    } else {
      if (deleted) throw noFile(path);
      const file = await workspace.read(path);
      const most = this.#packing === UNPACKED ? LARGEST_FILE : LARGEST_PACKED_FILE;
      if (file.size > most) throw tooLarge(path, file.size, most);
      const packed = await this.#packing.pack(file.bytes);
      if (packed.byteLength > LARGEST_FILE)
        throw tooLarge(path, packed.byteLength, LARGEST_FILE, ' beside its large outputs');
      this.#queue.start();
      const { doc } = this.#document;
      doc.transact(() => {
        this.#document.fill(packed);
        beginEpoch(doc);
      }, FROM_SERVER);
      if (this.#exports.base !== undefined)
        log.warn({ alert: 'document_reset', path, document: this.#name }, 'a document’s log is gone; it begins anew');
      await this.#exports.confirm({ packed, sha256: file.sha256 });
      this.#saver.adopt(file.sha256);
    }
    await this.#queue.settle();
    this.#document.repair();
    const { doc } = this.#document;
    doc.transact(() => this.#options.onLoad?.(doc), FROM_SERVER);
    this.#document.onContent(() => this.#saver.touch());
    this.#observer?.onLoad();
    if (deleted) this.fileDeleted();
    else if (known) await this.#catchUp(history.updates.length);
    this.#watch();
    await this.#queue.settle();
  }

  /** Takes over at once what somebody else does to the file. */
  #watch(): void {
    this.#unwatch?.();
    if (this.#ended) return;
    this.#unwatch = this.#options.workspace.watch(this.path, () => void this.#saver.lookAtFile());
  }

  /**
   * Applies the log. What cannot be applied, or builds on something that is lost, is kept aside; the
   * rest is the document from now on, and clients may bring back what they have of the lost part.
   */
  async #replay({ snapshot, updates, damaged = false }: DocumentHistory): Promise<void> {
    const { documents, log } = this.#options;
    const { doc } = this.#document;
    const unreadable: Uint8Array[] = [];
    doc.transact(() => {
      if (snapshot !== undefined) Y.applyUpdate(doc, snapshot);
      for (const update of updates) {
        try {
          Y.applyUpdate(doc, update);
        } catch {
          unreadable.push(update);
        }
      }
    });
    const { store } = doc;
    for (const { length } of [snapshot ?? [], ...updates]) this.#budget.add(length);
    if (!damaged && unreadable.length === 0 && store.pendingStructs === null && store.pendingDs === null) return;
    if (store.clients.size === 0) throw corrupt(this.path);
    log.error(
      { alert: 'document_damaged', document: this.#name, path: this.path, unreadable: unreadable.length },
      'part of a document’s log is damaged; it was put aside and the rest is served',
    );
    if (store.pendingStructs !== null) unreadable.push(Y.convertUpdateFormatV2ToV1(store.pendingStructs.update));
    for (const update of unreadable) await documents.append(`${this.#name}.damaged`, update);
    store.pendingStructs = null;
    store.pendingDs = null;
    this.#authors.lenient = true;
    await documents.compact(this.#name, Y.encodeStateAsUpdate(doc));
  }

  /** The file may have changed while nobody looked, and the log may hold what was never written. */
  async #catchUp(updates: number): Promise<void> {
    const { log, path } = this.#options;
    const { state } = this.#document;
    if (state.get('path') !== path) this.#saver.rename(path);
    if (updates > COMPACT.updates) void this.#compact(this.#document.doc);
    if (!(await this.#saver.catchUp())) log.warn({ path }, 'document is open, but its file cannot be written');
  }

  #receive(client: Connection, frame: Uint8Array): void {
    if (this.#ended || !this.#clients.has(client)) return;
    try {
      this.#handle(client, decodeMessage(frame));
    } catch (error) {
      this.#intake.refuse(client, error);
    }
  }

  #handle(client: Connection, message: ClientMessage): void {
    if (!client.may('read')) return;
    switch (message.type) {
      case 'ask':
        if (isForeign(this.#document.doc, message.vector)) this.#turnAway(client);
        else this.#answer(client, message.vector);
        return;
      case 'update':
        this.#intake.receive(client, message.update);
        return;
      case 'awareness':
        this.#presence.receive(message.entries, client, client.identity);
        return;
      case 'query-awareness': {
        const states = this.#presence.states();
        if (states !== undefined) client.send(encodeAwareness(states));
        return;
      }
      case 'save':
        void this.#saveFor(client, message.id);
        return;
      case 'unknown':
        return;
    }
  }

  /** The client’s copy is of another history: nothing of it is taken, and it has to begin anew. */
  #turnAway(client: Connection): void {
    const { log } = this.#options;
    log.warn({ user: client.identity.id, document: this.#name }, 'a copy of another history was turned away');
    this.#leave(client);
    client.tell({ type: 'reset', epoch: epochOf(this.#document.doc) ?? 0 });
    client.close(ROOM_CLOSE.reset, 'the document began anew on the server; open it again');
  }

  /** Sends what the client lacks, but nothing that is not durable. */
  #answer(client: Connection, vector: Uint8Array): void {
    client.charge(ANSWER_COST);
    const { doc } = this.#document;
    this.#queue
      .read(() => Y.encodeStateAsUpdate(doc, vector))
      .then(
        (update) => {
          client.send(encodeAnswer(update));
          if (this.#clients.has(client)) this.#clients.set(client, true);
        },
        () => client.close(ROOM_CLOSE.restart, 'the room closes'),
      );
  }

  async #saveFor(client: Connection, id: number): Promise<void> {
    const saved = client.may('edit') && (await within(SAVE_PATIENCE, this.#saver.save({ force: true })));
    client.send(encodeSaved(id, saved ? 'success' : 'failed'));
  }

  #applied(senders: readonly Connection[]): void {
    this.#pulse.saw(senders);
    try {
      if (senders.length > 0) {
        this.#document.repair();
        this.#observer?.onApplied([...new Set(senders)].map(({ identity }) => identity));
      }
    } catch (error) {
      // What was sent is sound and is kept; the queue must not stop for everybody.
      this.#options.log.error({ err: error, document: this.#name }, 'what was sent could not be tidied up');
    }
    this.#saver.showDirty();
    this.#intake.applied(senders);
  }

  #tell(update: Uint8Array): void {
    this.#budget.add(update.length);
    const frame = encodeUpdate(update);
    const { doc } = this.#document;
    for (const [client, synced] of this.#clients) {
      // A client that is behind is asked what it has once it reads again.
      if (synced && client.keepsUp(() => this.#catchUpClient(client))) client.send(frame);
    }
    this.#tail = { updates: this.#tail.updates + 1, bytes: this.#tail.bytes + update.length };
    if (this.#tail.updates > COMPACT.updates || this.#tail.bytes > COMPACT.bytes) void this.#compact(doc);
  }

  /** One answer to everything it missed: the whole state, which its Y document takes only once. */
  #catchUpClient(client: Connection): void {
    this.#answer(client, Y.encodeStateVector(new Y.Doc()));
  }

  /**
   * Called within the queue's turn: every update appended so far is in the state, and none can be
   * appended between taking the state and handing it to the log.
   */
  async #compact(doc: Y.Doc): Promise<void> {
    if (this.#compacting) return;
    this.#compacting = true;
    this.#tail = { updates: 0, bytes: 0 };
    try {
      const { documents } = this.#options;
      await this.#queue.read(() => documents.compact(this.#name, Y.encodeStateAsUpdate(doc)));
    } catch (error) {
      this.#options.log.warn({ err: error, document: this.#name }, 'document log was not compacted');
    } finally {
      this.#compacting = false;
    }
  }

  #broadcast(frame: Uint8Array): void {
    for (const client of this.#clients.keys()) client.send(frame);
  }

  #leave(client: Connection): void {
    if (!this.#clients.delete(client)) return;
    this.#intake.leave(client);
    this.#presence.leave(client);
    if (this.#clients.size === 0) this.#observer?.onEmpty();
    if (this.empty) this.#options.onEmpty();
  }

  #destroy(reason: Error): void {
    if (this.#destroyed) return;
    this.#destroyed = true;
    this.#ended = true;
    this.#unwatch?.();
    void this.#observer?.close();
    this.#saver.stop();
    this.#queue.close(reason);
    this.#presence.destroy();
    this.#document.doc.destroy();
  }
}

/** A deleted document that has no log: what is at its path now belongs to another one. */
function noFile(path: string): DaybookError {
  return new DaybookError('file_not_found', `“${path}” was deleted`, {
    status: 404,
    action: 'Put it back from the trash.',
  });
}

function tooLarge(path: string, size: number, most: number, beside = ''): DaybookError {
  const [has, may] = [size, most].map((bytes) => (bytes / (1 << 20)).toFixed(1).replace(/\.0$/, ''));
  const message = `“${path}” has ${has} MB${beside}; up to ${may} MB can be edited together`;
  return new DaybookError('document_too_large', message, {
    status: 413,
    action: 'Clear large outputs, or split the file.',
  });
}

function corrupt(path: string): DaybookError {
  return new DaybookError('document_corrupt', `the log of “${path}” cannot be read`, {
    status: 500,
    action: 'Restore this document from a backup; the damaged log was left as it is.',
  });
}

/** What `saving` resolves with, or false when that takes too long; it goes on all the same. */
function within(patience: number, saving: Promise<boolean>): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(false), patience);
    saving.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
