import { ROOM_CLOSE } from '@daybook/shared/api/room-messages';
import { DaybookError } from '@daybook/shared/errors/error';
import type { DocumentLog } from '@daybook/shared/ports/document-log';
import type { Workspace } from '@daybook/shared/ports/workspace';
import type { Logger } from 'pino';
import * as Y from 'yjs';
import { Acknowledgements } from './acknowledgements.ts';
import { CommitQueue, type Received } from './commit-queue.ts';
import type { Connection } from './connection.ts';
import type { DocumentKind } from './document-kinds.ts';
import { Exports } from './exports.ts';
import type { HeldDocument } from './held-document.ts';
import { Presence } from './presence.ts';
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
  /** Gives a deleted document its path back; fails with `file_exists` when that is taken. */
  readonly reattach: () => Promise<void>;
  /** Told when the last client has left. */
  readonly onEmpty: () => void;
}

/** Updates and bytes in the log after which a snapshot replaces them. */
const COMPACT = { updates: 500, bytes: 1 << 20 };

/** Bytes of a file that can be opened for editing together. */
const LARGEST_FILE = 20 << 20;

/** What the room knows of a client. */
interface Member {
  /** It has the state and now hears of every commit. */
  synced: boolean;
  readonly acks: Acknowledgements;
}

/** One open document with everybody in it. Its rules are in SPEC.md. */
export class Room {
  readonly #options: RoomOptions;
  readonly #name: string;
  readonly #document: SharedDocument;
  readonly #queue: CommitQueue<Connection>;
  readonly #presence: Presence;
  readonly #exports: Exports;
  readonly #saver: Saver;
  readonly #clients = new Map<Connection, Member>();
  readonly #holders = new Set<HeldDocument>();
  #tail = { updates: 0, bytes: 0 };
  #compacting = false;
  #ended = false;

  private constructor(options: RoomOptions) {
    const { id, kind, documents, workspace, log, path, timing } = options;
    this.#options = options;
    this.#name = `${id}.${kind.type}.${kind.format}`;
    this.#document = kind.create();
    const { doc } = this.#document;
    this.#queue = new CommitQueue<Connection>(doc, {
      append: (update) => documents.append(this.#name, update),
      onCommit: (update) => this.#tell(update),
      onApplied: (senders) => this.#applied(senders),
      onRefused: (client, error) => this.#refuse(client, error),
      onSettled: (received) => this.#settled(received),
      onAppendFailed: (error) => log.error({ err: error, document: this.#name }, 'document log cannot be written'),
    });
    this.#presence = new Presence(doc, (entries) => this.#broadcast(encodeAwareness(entries)));
    this.#exports = new Exports(documents, `${this.#name}.exports`);
    this.#saver = new Saver({
      document: this.#document,
      exports: this.#exports,
      workspace,
      log,
      path,
      kind,
      settle: () => this.#queue.settle(),
      reattach: options.reattach,
      snapshot: () => documents.append(`${this.#name}.snapshots`, Y.encodeStateAsUpdate(doc)),
      ...(timing === undefined ? {} : { timing }),
    });
  }

  /**
   * Loads the document: from its log, or, when it has none, from its file, which is then in the log
   * before anybody sees it. Errors: `bad_notebook`, `not_text`, `file_not_found`, `document_corrupt`.
   */
  static async load(options: RoomOptions): Promise<Room> {
    const room = new Room(options);
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

  /** False after the file was deleted, until somebody saves it again. */
  get attached(): boolean {
    return this.#saver.attached;
  }

  /** Nobody is in it, and the server itself does not work on it. */
  get empty(): boolean {
    return this.#clients.size === 0 && this.#holders.size === 0;
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
    this.#clients.set(client, { synced: false, acks: new Acknowledgements() });
    client.onClose(() => this.#leave(client));
    client.send(encodeAsk(Y.encodeStateVector(this.#document.doc)));
    const states = this.#presence.states();
    if (states !== undefined) client.send(encodeAwareness(states));
    client.listen((frame) => this.#receive(client, frame));
  }

  /** Keeps the room open for the server's own work on the document. */
  hold(): HeldDocument {
    const { doc } = this.#document;
    const held: HeldDocument = {
      documentId: this.id,
      doc,
      transact: (work) => doc.transact(work, FROM_SERVER),
      settle: () => this.#queue.settle(),
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
    return this.#saver.clean || this.#saver.save();
  }

  /** The file was written by somebody else on this server. */
  async fileWritten(hash: string): Promise<void> {
    if (!this.#exports.knows(hash)) await this.#saver.save();
  }

  fileRenamed(path: string): void {
    this.#saver.rename(path);
  }

  fileDeleted(): void {
    this.#saver.detach();
  }

  /** Ends the room: clients are told to come back later. Call `save` before. */
  async close(): Promise<void> {
    for (const client of this.#clients.keys()) client.close(ROOM_CLOSE.restart, 'the server restarts');
    this.#saver.stop();
    try {
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
    const { documents, workspace, path, deleted } = this.#options;
    const { doc } = this.#document;
    const history = await documents.load(this.#name);
    await this.#exports.load();
    const known = history.snapshot !== undefined || history.updates.length > 0;
    if (known) {
      doc.transact(() => {
        if (history.snapshot !== undefined) Y.applyUpdate(doc, history.snapshot);
        for (const update of history.updates) Y.applyUpdate(doc, update);
      });
    } else {
      const file = await workspace.read(path);
      if (file.size > LARGEST_FILE) throw tooLarge(path, file.size);
      this.#document.fill(file.bytes);
      await this.#exports.confirm(file.bytes);
      this.#saver.adopt(file.sha256);
    }
    await this.#queue.settle();
    this.#document.repair();
    this.#document.onContent(() => this.#saver.touch());
    if (deleted) this.fileDeleted();
    else if (known) await this.#catchUp(history.updates.length);
    await this.#queue.settle();
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
    try {
      this.#handle(client, decodeMessage(frame));
    } catch (error) {
      this.#refuse(client, error);
    }
  }

  #handle(client: Connection, message: ClientMessage): void {
    switch (message.type) {
      case 'ask':
        this.#answer(client, message.vector);
        return;
      case 'update':
        this.#queue.receive({
          update: message.update,
          sender: client,
          seq: this.#clients.get(client)?.acks.next() ?? 0,
        });
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

  /** Sends what the client lacks, but nothing that is not durable. */
  #answer(client: Connection, vector: Uint8Array): void {
    const { doc } = this.#document;
    this.#queue
      .read(() => Y.encodeStateAsUpdate(doc, vector))
      .then(
        (update) => {
          client.send(encodeAnswer(update));
          const member = this.#clients.get(client);
          if (member !== undefined) member.synced = true;
        },
        () => client.close(ROOM_CLOSE.restart, 'the room closes'),
      );
  }

  async #saveFor(client: Connection, id: number): Promise<void> {
    const saved = await this.#saver.save({ force: true });
    client.send(encodeSaved(id, saved ? 'success' : 'failed'));
  }

  #applied(senders: readonly Connection[]): void {
    const { doc } = this.#document;
    if (senders.length > 0) this.#document.repair();
    this.#saver.showDirty();
    if (doc.store.pendingStructs !== null) {
      // Something before these updates is missing: their senders have it.
      for (const client of new Set(senders)) client.send(encodeAsk(Y.encodeStateVector(doc)));
    }
  }

  #settled(received: readonly Received<Connection>[]): void {
    const told = new Map<Connection, number>();
    for (const { sender, seq } of received) {
      const upTo = this.#clients.get(sender)?.acks.settle(seq);
      if (upTo !== undefined) told.set(sender, upTo);
    }
    for (const [client, seq] of told) client.tell({ type: 'durableAck', seq });
  }

  #tell(update: Uint8Array): void {
    const frame = encodeUpdate(update);
    const { doc } = this.#document;
    for (const [client, { synced }] of this.#clients) {
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

  #refuse(client: Connection, error: unknown): void {
    this.#options.log.warn({ err: error, document: this.#name, user: client.identity.id }, 'client sent a bad frame');
    const message = error instanceof DaybookError ? error.message : 'a frame could not be read';
    client.close(ROOM_CLOSE.malformed, message);
  }

  #broadcast(frame: Uint8Array): void {
    for (const client of this.#clients.keys()) client.send(frame);
  }

  #leave(client: Connection): void {
    if (!this.#clients.delete(client)) return;
    this.#presence.leave(client);
    if (this.empty) this.#options.onEmpty();
  }

  #destroy(reason: Error): void {
    this.#ended = true;
    this.#saver.stop();
    this.#queue.close(reason);
    this.#presence.destroy();
    this.#document.doc.destroy();
  }
}

function tooLarge(path: string, size: number): DaybookError {
  const megabytes = (size / (1 << 20)).toFixed(1);
  return new DaybookError('document_too_large', `“${path}” has ${megabytes} MB; up to 20 MB can be edited together`, {
    status: 413,
    action: 'Clear large outputs, or split the file.',
  });
}
