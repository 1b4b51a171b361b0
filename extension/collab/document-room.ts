/**
 * A document's connection with its room on the server, and its care for what is written meanwhile.
 *
 * y-websocket's provider carries the changes. Around it stands an `Outbox`: every local change
 * waits there until the room acknowledges it as durable. What waits for longer than a blink is
 * kept on the device (`KeptEdits`), comes back with the next opening of the document, and is let go
 * once it is durable. What the room does not take becomes a draft, never nothing.
 */
import {
  decodeRoomMessage,
  LARGEST_ROOM_FRAME,
  ROOM_MESSAGE,
  ROOM_QUERY,
  type RoomMessage,
} from '@daybook/shared/api/room-messages';
import { DaybookError } from '@daybook/shared/errors/error';
import type { DocumentChange, YDocument } from '@jupyter/ydoc';
import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { WebsocketProvider } from 'y-websocket';
import * as Y from 'yjs';
import { countingSocket, type SendUpdate } from './counting-socket.ts';
import type { KeptEdits } from './kept-edits.ts';
import { type Edit, Outbox } from './outbox.ts';
import { closedBy, type RoomClosed, type RoomState } from './room-state.ts';

/** Where rooms are and how to reach them. */
export interface RoomServer {
  /** `ws://…/api/collaboration/room` */
  readonly url: string;
  readonly Socket: typeof WebSocket;
  /** Further parameters of the socket's address. */
  readonly params: Readonly<Record<string, string>>;
  /** Asks for the document's session; a DaybookError is an answer, anything else is worth another try. */
  openSession(document: RoomDocument): Promise<RoomSession>;
}

export interface RoomDocument {
  readonly path: string;
  readonly format: string;
  readonly contentType: string;
}

export interface RoomSession {
  readonly format: string;
  readonly type: string;
  readonly fileId: string;
  readonly sessionId: string;
}

export interface DocumentRoomOptions extends RoomDocument {
  readonly model: YDocument<DocumentChange>;
  readonly server: RoomServer;
  readonly kept: KeptEdits;
  /** Who writes here: the id of the user. */
  readonly user: Promise<string>;
  /** False when the user's role is to look only; true unless told. */
  mayWrite?(): boolean;
  readonly timing?: RoomTiming;
  onChange(room: DocumentRoom): void;
  /** Something happened around the document. */
  onEvent?(room: DocumentRoom, event: { readonly kind: string; readonly body?: unknown }): void;
  /** Opens the document anew: this copy of it must not be used any more. Its edits are in a draft. */
  startAnew(room: DocumentRoom): void;
}

/** All in milliseconds. */
export interface RoomTiming {
  /** The longest wait between two attempts to connect. */
  readonly backOff: number;
  /** How long a change may be under way before it is kept on the device. */
  readonly keepAfter: number;
  /** How long the server may be silent while something waits for it. */
  readonly silence: number;
  /** How long a change may be on its way before the person is told that the server does not store it. */
  readonly late: number;
}

const TIMING: RoomTiming = { backOff: 5_000, keepAfter: 400, silence: 5_000, late: 10_000 };

/** Origin of changes that come from the device's store. */
const FROM_DEVICE = Symbol('from device');
/** Metadata that pages write when a kernel or a cell comes. */
const NOTED: ReadonlySet<string> = new Set(['language_info', 'kernelspec', 'trusted']);
/** Message type of Jupyter's own requests; y-websocket knows it as another thing. */
const RAW = 2;
const QUERY_AWARENESS = 3;
/** Bytes around an update in its frame, at most. */
const FRAME_HEAD = 16;
/** Bytes of kept edits that come back as one. */
const PIECE = 4 << 20;

/** One per open document. It lives until `dispose`. */
export class DocumentRoom {
  readonly contentType: string;
  readonly format: string;
  readonly ready: Promise<void>;
  readonly model: YDocument<DocumentChange>;
  readonly #options: DocumentRoomOptions;
  readonly #timing: RoomTiming;
  readonly #outbox: Outbox;
  readonly #timer: ReturnType<typeof setInterval>;
  readonly #answers = new Map<number, (status: string) => void>();
  /** Ids of edits in the device's store. */
  readonly #stored = new Set<string>();
  /** Ids of those that are coming back right now. */
  #carried: readonly string[] = [];
  #resolve: () => void = () => undefined;
  #reject: (reason: unknown) => void = () => undefined;
  #provider: WebsocketProvider | undefined;
  #user = '';
  #opened = false;
  #isDisposed = false;
  #keeping: Promise<void> = Promise.resolve();
  #keepSoon: ReturnType<typeof setTimeout> | undefined;
  #keepError: string | undefined;
  #closed: RoomClosed | undefined;
  #drafts = 0;
  #saves = 0;
  #told = '';

  constructor(options: DocumentRoomOptions) {
    const { model, contentType, format, timing = TIMING } = options;
    this.#options = options;
    this.#timing = timing;
    this.contentType = contentType;
    this.format = format;
    this.model = model;
    this.ready = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.ready.catch(() => undefined);
    this.#outbox = new Outbox(`${model.ydoc.clientID.toString(36)}-${Date.now().toString(36)}`);
    // Before the provider, which sends a change as soon as it hears of it.
    model.ydoc.on('update', this.#onUpdate);
    this.#timer = setInterval(() => this.#tick(), 1_000);
    void this.#open();
  }

  get isDisposed(): boolean {
    return this.#isDisposed;
  }

  /** Where the document is now. */
  get path(): string {
    const path = this.model.isDisposed ? undefined : this.model.getState('path');
    return typeof path === 'string' && path !== '' ? path : this.#options.path;
  }

  /** Its name on the server; undefined until that is known. */
  get name(): string | undefined {
    return this.#provider?.roomname;
  }

  get user(): string {
    return this.#user;
  }

  get state(): RoomState {
    return {
      opened: this.#opened,
      connected: this.#provider?.synced === true && this.#closed === undefined,
      unsaved: this.#outbox.unsaved,
      late: this.#outbox.unsaved > 0 && this.#outbox.age > this.#timing.late,
      kept: this.#outbox.kept,
      keepError: this.#keepError,
      closed: this.#closed,
      drafts: this.#drafts,
    };
  }

  /** Asks the server to write the file. Resolves at once when the server is away: it writes by itself. */
  async save(): Promise<void> {
    const socket = this.#provider?.ws;
    if (this.#closed !== undefined) throw new DaybookError('not_saved', this.#closed.text, { status: 409 });
    if (this.#options.mayWrite?.() === false) return;
    if (socket === null || socket === undefined || this.#provider?.wsconnected !== true) return;
    const id = ++this.#saves;
    const answer = new Promise<string>((resolve) => this.#answers.set(id, resolve));
    socket.send(
      encoding.encode((encoder) => {
        encoding.writeVarUint(encoder, RAW);
        encoding.writeVarString(encoder, 'save');
        encoding.writeVarUint(encoder, id);
      }),
    );
    if ((await answer) === 'failed')
      throw new DaybookError('not_saved', 'the server could not write the file', {
        status: 500,
        action: 'Your changes are safe in the document; try again.',
      });
  }

  /** Connects now when there is no connection, and finds out whether the one there is still works. */
  check(): void {
    const provider = this.#provider;
    if (provider === undefined || this.#closed !== undefined || this.#isDisposed) return;
    const socket = provider.ws;
    if (socket === null || !provider.wsconnected) {
      provider.connect();
      return;
    }
    const heard = provider.wsLastMessageReceived;
    socket.send(encoding.encode((encoder) => encoding.writeVarUint(encoder, QUERY_AWARENESS)));
    setTimeout(() => {
      if (provider.ws === socket && provider.wsLastMessageReceived === heard) drop(socket);
    }, this.#timing.silence);
  }

  async reconnect(): Promise<void> {
    this.check();
  }

  async connectToForkDoc(): Promise<void> {
    throw new DaybookError('not_supported', 'this server has no forks of documents', { status: 404 });
  }

  /** Puts what waits on the device now, as when the page may go. */
  keepNow(): Promise<void> {
    return this.#queueKeeping({ all: true });
  }

  dispose(): void {
    if (this.#isDisposed) return;
    this.#isDisposed = true;
    clearInterval(this.#timer);
    clearTimeout(this.#keepSoon);
    void this.keepNow();
    this.model.ydoc.off('update', this.#onUpdate);
    this.#provider?.destroy();
    for (const answer of this.#answers.values()) answer('gone');
    this.#answers.clear();
    this.#reject(new DaybookError('closed', `“${this.#options.path}” was closed`));
  }

  readonly #onUpdate = (update: Uint8Array, origin: unknown, _doc: Y.Doc, transaction: Y.Transaction): void => {
    if (origin === this.#provider && origin !== undefined) return;
    const fromDevice = origin === FROM_DEVICE;
    const content = fromDevice || this.#hasContent(transaction);
    const connected = this.#provider?.wsconnected === true;
    this.#outbox.add(update, {
      content,
      gather: !connected && !fromDevice,
      keys: fromDevice ? this.#carried : [],
    });
    this.#schedule(connected ? this.#timing.keepAfter : this.#timing.keepAfter / 4);
    // The provider sends after this; the state is told when all that is done.
    queueMicrotask(() => this.#tell());
  };

  /** Pages note a thing or two in a document by themselves; nobody wrote that. */
  #hasContent({ changed }: Y.Transaction): boolean {
    const { ystate } = this.model;
    return [...changed].some(
      ([type, keys]) => (type as unknown) !== ystate && [...keys].some((key) => key === null || !NOTED.has(key)),
    );
  }

  async #open(): Promise<void> {
    const session = await this.#session();
    if (session === undefined || this.#isDisposed) return;
    this.#user = await this.#options.user;
    if (this.#isDisposed) return;
    const name = `${session.format}:${session.type}:${session.fileId}`;
    const { server, model } = this.#options;
    const provider = new WebsocketProvider(server.url, name, model.ydoc, {
      connect: false,
      disableBc: true,
      awareness: model.awareness as never,
      maxBackoffTime: this.#timing.backOff,
      params: { ...server.params, sessionId: session.sessionId, [ROOM_QUERY.name]: ROOM_QUERY.value },
      WebSocketPolyfill: countingSocket(server.Socket, {
        sent: (frame) => this.#outbox.sent(frame),
        tooLarge: (send) => this.#sendInPieces(send),
      }),
    });
    this.#provider = provider;
    const handlers = provider.messageHandlers as MessageHandler[];
    handlers[RAW] = (_encoder, decoder) => this.#onRaw(decoding.readVarString(decoder));
    for (const type of Object.values(ROOM_MESSAGE))
      handlers[type] = (_encoder, decoder) => {
        const message = decodeRoomMessage(decoder.arr);
        if (message !== undefined) this.#onMessage(message);
      };
    provider.on('sync', (synced: boolean) => {
      if (synced && !this.#opened) void this.#onFirstSync();
      this.#tell();
    });
    provider.on('status', () => this.#tell());
    provider.on('connection-close', (event: CloseEvent | null) => this.#onClose(event?.code ?? 0, event?.reason ?? ''));
    provider.connect();
  }

  /** Asks until somebody answers. */
  async #session(): Promise<RoomSession | undefined> {
    for (let wait = 250; !this.#isDisposed; wait = Math.min(wait * 2, this.#timing.backOff)) {
      try {
        return await this.#options.server.openSession(this.#options);
      } catch (error) {
        if (error instanceof DaybookError) {
          this.#giveUp(error);
          return undefined;
        }
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
    return undefined;
  }

  /** The document cannot be opened at all. */
  #giveUp(reason: unknown): void {
    this.#reject(reason);
    // Its context has failed; disposing the model disposes this as well.
    this.model.dispose();
  }

  async #onFirstSync(): Promise<void> {
    this.#opened = true;
    const { ydoc, ystate } = this.model;
    const name = this.#provider?.roomname ?? '';
    if (ystate.get('document_id') !== name) ystate.set('document_id', name);
    await this.#bringBack(ydoc);
    this.#resolve();
    this.#tell();
  }

  /** Merges what an earlier page could not send. */
  async #bringBack(ydoc: Y.Doc): Promise<void> {
    try {
      const edits = await this.#options.kept.load(this.#edits);
      if (edits.length === 0 || this.#isDisposed) return;
      for (const { id } of edits) this.#stored.add(id);
      const update = Y.mergeUpdates(edits.map((edit) => edit.update));
      if (!fits(ydoc, update)) {
        await this.#makeDraft('This document has begun anew since these edits were made.', typedIn(update));
        return;
      }
      const known = inPieces(edits).flatMap((piece) => (this.#carry(ydoc, piece) ? [] : piece));
      // The server has these: the page went before it heard so.
      for (const { id } of known) this.#stored.delete(id);
      await this.#options.kept.remove(known.map(({ id }) => id));
    } catch (error) {
      this.#keepError = messageOf(error);
    }
  }

  /** Takes kept edits into the document; answers whether there was anything new in them. */
  #carry(ydoc: Y.Doc, edits: readonly Edit[]): boolean {
    let news = false;
    const hear = () => {
      news = true;
    };
    this.#carried = edits.map(({ id }) => id);
    ydoc.on('update', hear);
    Y.applyUpdate(ydoc, Y.mergeUpdates(edits.map((edit) => edit.update)), FROM_DEVICE);
    ydoc.off('update', hear);
    this.#carried = [];
    return news;
  }

  /** What the room lacks is more than it reads at once: edit by edit, as it was written. */
  #sendInPieces(send: SendUpdate): void {
    const { largest } = this.#outbox;
    if (largest + FRAME_HEAD <= LARGEST_ROOM_FRAME) {
      this.#outbox.sendEach(send);
      return;
    }
    const megabytes = (largest / (1 << 20)).toFixed(1);
    const text = `One change has ${megabytes} MB; a document takes up to 8 MB at once. Put large data into a file beside it.`;
    // Not while the document is still being changed.
    queueMicrotask(() => void this.#end({ code: 'change_too_large', text }, { anew: true }));
  }

  #onClose(code: number, reason: string): void {
    this.#outbox.disconnect();
    for (const answer of this.#answers.values()) answer('gone');
    this.#answers.clear();
    const forGood = code >= 4400 && code < 4500;
    if (!this.#opened && (forGood || code === 4500)) {
      if (this.#provider !== undefined) this.#provider.shouldConnect = false;
      this.#giveUp(new DaybookError('room_closed', reason === '' ? closedBy(code, '').text : reason));
      return;
    }
    if (forGood) void this.#end(closedBy(code, reason));
    this.#schedule(0);
    // y-websocket changes its own state after this.
    queueMicrotask(() => this.#tell());
  }

  #onRaw(text: string): void {
    try {
      const { type, responseTo, status } = JSON.parse(text) as Record<string, unknown>;
      if (type !== 'save' || typeof responseTo !== 'number') return;
      this.#answers.get(responseTo)?.(String(status));
      this.#answers.delete(responseTo);
    } catch {
      // Another server's message, in a form of its own.
    }
  }

  #onMessage(message: RoomMessage): void {
    switch (message.type) {
      case 'durableAck':
        // It covers what was rejected as well.
        if (this.#closed !== undefined) return;
        this.#outbox.acknowledge(message.seq);
        if (this.#stored.size > 0) this.#schedule(0);
        this.#tell();
        return;
      case 'reject':
        if (message.seq !== undefined && this.#outbox.reject(message.seq))
          void this.#end({ code: message.code, text: message.reason }, { anew: true });
        return;
      case 'reset':
        void this.#end({ code: 'reset', text: 'This document began anew on the server.' }, { anew: true });
        return;
      case 'event':
        this.#options.onEvent?.(this, message);
        return;
    }
  }

  /**
   * The room takes nothing more from this copy. What it did not get becomes a draft; with `anew` the
   * document is then opened again, unless the draft could not be kept: then this copy stays open.
   */
  async #end(closed: RoomClosed, { anew = false } = {}): Promise<void> {
    if (this.#closed !== undefined) return;
    this.#closed = closed;
    this.#provider?.disconnect();
    this.#tell();
    const safe = this.#outbox.unsaved === 0 || (await this.#makeDraft(closed.text));
    if (this.#isDisposed) return;
    this.#tell();
    if (anew && safe) this.#options.startAnew(this);
  }

  /** Keeps this copy, or the words that could not come into it. Resolves false when the device could not. */
  async #makeDraft(reason: string, words?: string): Promise<boolean> {
    const content = words ?? contentOf(this.model);
    const kind = words === undefined ? 'document' : 'words';
    try {
      await this.keepNow();
      const at = Date.now();
      await this.#options.kept.addDraft(
        {
          ...this.#edits,
          id: `${this.#edits.document}@${at.toString(36)}`,
          path: this.path,
          at,
          reason,
          kind,
          content,
        },
        [...this.#stored],
      );
      this.#stored.clear();
      this.#outbox.clear();
      this.#outbox.takeDone();
      this.#drafts += 1;
      return true;
    } catch (error) {
      this.#keepError = messageOf(error);
      return false;
    }
  }

  get #edits() {
    return { document: this.#provider?.roomname ?? '', user: this.#user };
  }

  #tick(): void {
    const { unsaved } = this.state;
    if (unsaved > 0) {
      this.#schedule(this.#timing.keepAfter);
      // Also before it is in step: a line may die with the first question.
      if (this.#provider?.wsconnected === true && this.#outbox.age > this.#timing.silence) this.check();
    }
    this.#tell();
  }

  #schedule(wait: number): void {
    this.#keepSoon ??= setTimeout(() => {
      this.#keepSoon = undefined;
      void this.#queueKeeping({ all: false });
    }, wait);
  }

  #queueKeeping(options: { all: boolean }): Promise<void> {
    this.#keeping = this.#keeping.then(() => this.#keep(options));
    return this.#keeping;
  }

  /** Brings the device's store in step with the outbox; without `all` what is about to be acknowledged may wait. */
  async #keep({ all }: { all: boolean }): Promise<void> {
    if (this.#provider === undefined || this.#user === '') return;
    const { kept } = this.#options;
    const waits = !all && this.#provider.synced && this.#outbox.age < this.#timing.keepAfter;
    try {
      const edits = waits ? [] : this.#outbox.toKeep();
      if (edits.length > 0) {
        await kept.put(this.#edits, edits);
        for (const { id } of edits) this.#stored.add(id);
        this.#outbox.markKept(edits);
        this.#keepError = undefined;
      }
      const done = this.#outbox.takeDone().filter((id) => this.#stored.delete(id));
      await kept.remove(done);
    } catch (error) {
      this.#keepError = messageOf(error);
    }
    this.#tell();
  }

  #tell(): void {
    if (this.#isDisposed) return;
    const told = JSON.stringify(this.state);
    if (told === this.#told) return;
    this.#told = told;
    this.#options.onChange(this);
  }
}

type MessageHandler = (encoder: encoding.Encoder, decoder: decoding.Decoder) => void;

/** Ends a connection that does not answer: a closing handshake would wait for the same answer. */
function drop(socket: WebSocket): void {
  const { onclose } = socket;
  socket.onopen = socket.onmessage = socket.onerror = socket.onclose = null;
  socket.close();
  onclose?.call(socket, { code: 1006, reason: '' } as CloseEvent);
}

/** Groups of edits, in order, none larger than a room reads at once unless one edit alone is. */
function inPieces(edits: readonly Edit[]): Edit[][] {
  const pieces: Edit[][] = [];
  let bytes = PIECE;
  for (const edit of edits) {
    bytes += edit.update.length;
    if (bytes > PIECE) {
      pieces.push([]);
      bytes = edit.update.length;
    }
    pieces.at(-1)?.push(edit);
  }
  return pieces;
}

/** Whether the document has everything that the update builds on. */
function fits(doc: Y.Doc, update: Uint8Array): boolean {
  const trial = new Y.Doc();
  try {
    Y.applyUpdate(trial, Y.encodeStateAsUpdate(doc));
    Y.applyUpdate(trial, update);
    return trial.store.pendingStructs === null && trial.store.pendingDs === null;
  } finally {
    trial.destroy();
  }
}

/** What was typed in an update that cannot be merged any more. */
function typedIn(update: Uint8Array): string {
  const words = Y.decodeUpdate(update).structs.flatMap((struct) =>
    struct instanceof Y.Item && struct.content instanceof Y.ContentString ? [struct.content.str] : [],
  );
  return words.join('\n');
}

/** The document as the text of its file. */
function contentOf(model: YDocument<DocumentChange>): string {
  const source: unknown = model.source;
  return typeof source === 'string' ? source : `${JSON.stringify(source, undefined, 1)}\n`;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
