import { DaybookError } from '@daybook/shared/errors/error';
import type { DocumentLog } from '@daybook/shared/ports/document-log';
import type { Workspace, WorkspaceChange } from '@daybook/shared/ports/workspace';
import type { Logger } from 'pino';
import { KINDS, kindOf } from './document-kinds.ts';
import type { DocumentPlace, Documents } from './documents.ts';
import type { DocumentTarget, HeldDocument } from './held-document.ts';
import { Room, type RoomOptions } from './room.ts';
import type { ObserveRoom } from './room-observer.ts';
import type { SaveTiming } from './save-timer.ts';

export interface RoomsOptions {
  readonly documents: Documents;
  readonly log: DocumentLog;
  readonly workspace: Workspace;
  readonly logger: Logger;
  readonly timing?: SaveTiming | undefined;
  readonly observe?: ObserveRoom | undefined;
  readonly packing?: RoomOptions['packing'];
  /** Milliseconds an empty room stays open. */
  readonly idle?: number | undefined;
  /** Bytes of all rooms together above which empty ones go at once, those first that were left first. */
  readonly memory?: number | undefined;
  /** May change a document when it was loaded, before anybody sees it; in one transaction. */
  readonly onLoad?: RoomOptions['onLoad'];
}

/** A room from the first who asked for it until it is let go. */
interface Entry {
  readonly name: string;
  readonly id: string;
  readonly loading: Promise<Room>;
  /** Ends what the room waits for, also while it is being loaded. */
  readonly giveUp: AbortController;
  /** Once it is loaded. */
  room: Room | undefined;
  timer: NodeJS.Timeout | undefined;
  /** When the last one left, in the order of leaving. */
  left: number;
}

/** Bytes of history that rooms may have before empty ones go; a document takes a few times as much memory. */
const MEMORY = 256 << 20;

/**
 * The open rooms: each loaded once however many ask, and let go when nobody has been in it a while.
 *
 * Nothing here that concerns all documents waits for one of them: a log or a file that does not
 * answer holds up its own document only. A document that is being let go stays open to everybody
 * until nothing more can fail, and is opened anew only after it has ended.
 */
export class Rooms {
  readonly #options: RoomsOptions;
  readonly #entries = new Map<string, Entry>();
  /** Those that end, and those whose history is being deleted, by name; none of these rejects. */
  readonly #ending = new Map<string, Promise<void>>();
  readonly #leaving = new Set<Entry>();
  readonly #unsubscribe: () => void;
  #changes: Promise<void> = Promise.resolve();
  #closed = false;
  #leavings = 0;

  constructor(options: RoomsOptions) {
    this.#options = options;
    this.#unsubscribe = options.workspace.onChange((change) => {
      this.#changes = this.#changes
        .then(() => this.#follow(change))
        .catch((error: unknown) => {
          options.logger.error({ err: error, change }, 'documents could not follow a change in the workspace');
        });
    });
  }

  /** Resolves when the database knows all changes of the workspace told so far, and the open rooms were told. */
  get upToDate(): Promise<void> {
    return this.#changes;
  }

  /**
   * The room called `<format>:<type>:<document id>`, loaded if need be. Errors: those of loading,
   * `document_not_found`, `document_type_unsupported`, `server_stopping`.
   */
  async open(name: string): Promise<Room> {
    await this.#changes;
    for (;;) {
      if (this.#closed) {
        throw new DaybookError('server_stopping', 'the server is stopping', {
          status: 503,
          action: 'Try again in a moment.',
        });
      }
      const found = this.#entries.get(name);
      if (found !== undefined) return found.loading;
      const ending = this.#ending.get(name);
      if (ending === undefined) return this.#enter(name).loading;
      await ending;
    }
  }

  /**
   * A document for the server's own work: a notebook when its file is called `.ipynb`, text
   * otherwise. Errors: those of `open`, `file_not_found`.
   */
  async hold(target: DocumentTarget): Promise<HeldDocument> {
    const { id, path } = await this.place(target);
    const name = `${path.endsWith('.ipynb') ? 'json:notebook' : 'text:file'}:${id}`;
    for (;;) {
      const room = await this.open(name);
      // One that was let go in this very moment is opened anew.
      if (!room.ended) return room.hold();
    }
  }

  /** The loaded rooms of a document; one that was opened as notebook and as text has two. */
  find(target: DocumentTarget): readonly Room[] {
    return this.#rooms.filter((room) =>
      'id' in target ? room.id === target.id : room.attached && room.path === target.path,
    );
  }

  /** How many rooms are loaded. */
  get size(): number {
    return this.#rooms.length;
  }

  /** About the bytes of all of them. */
  get bytes(): number {
    return this.#rooms.reduce((sum, room) => sum + room.bytes, 0);
  }

  /** Deletes the history of a document whose file is gone for good; one that somebody has open stays. */
  async forget(id: string): Promise<void> {
    const names = KINDS.map(({ type, format }) => `${format}:${type}:${id}`);
    for (const name of names) await this.#ending.get(name);
    if (names.some((name) => this.#entries.has(name) || this.#ending.has(name))) return;
    const deleting = this.#deleteHistory(id);
    // Whoever opens it meanwhile finds all of it or nothing.
    const over = deleting.then(ignore, ignore).finally(() => {
      for (const name of names) this.#ending.delete(name);
    });
    for (const name of names) this.#ending.set(name, over);
    await deleting;
  }

  /** Writes every document to its file; what fails is logged and stays in the log. */
  async flush(): Promise<void> {
    await this.#changes;
    await Promise.all([...this.#entries.values()].map(({ loading }) => loading.then((room) => room.save(), ignore)));
  }

  /** Flushes and ends every room. Waits `patience` milliseconds at most for a log that hangs. */
  async close(patience = 8_000): Promise<void> {
    this.#closed = true;
    this.#unsubscribe();
    for (const { timer } of this.#entries.values()) clearTimeout(timer);
    let giveUp: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      giveUp = setTimeout(() => resolve('late'), patience);
    });
    const outcome = await Promise.race([this.#endAll(), late]);
    clearTimeout(giveUp);
    if (outcome !== 'late') return;
    this.#options.logger.error({}, 'documents could not be closed in time; what was acknowledged is in the log');
    for (const entry of [...this.#entries.values(), ...this.#leaving]) entry.giveUp.abort();
  }

  async #endAll(): Promise<void> {
    const ends = [...this.#entries.values()].map((entry) =>
      entry.loading.then(async (room) => {
        await this.#saveQuietly(room);
        await this.#end(entry, room);
      }, ignore),
    );
    await Promise.all([...ends, ...this.#ending.values()]);
  }

  /** A document’s id and path; made when its file has none yet. Errors: `document_not_found`, `file_not_found`. */
  async place(target: DocumentTarget): Promise<{ readonly id: string; readonly path: string }> {
    await this.#changes;
    const { documents, workspace } = this.#options;
    if ('id' in target) {
      const place = await documents.find(target.id);
      if (place === undefined) throw noDocument(target.id);
      return { id: target.id, path: place.path };
    }
    const { path } = await workspace.read(target.path); // no document without a file
    return { id: (await documents.open(path)).id, path };
  }

  get #rooms(): Room[] {
    return [...this.#entries.values()].flatMap(({ room }) => (room === undefined ? [] : [room]));
  }

  #enter(name: string): Entry {
    const [format = '', type = '', ...rest] = name.split(':');
    const id = rest.join(':');
    const giveUp = new AbortController();
    const loading = this.#load(name, { id, format, type, signal: giveUp.signal });
    const entry: Entry = { name, id, loading, giveUp, room: undefined, timer: undefined, left: 0 };
    this.#entries.set(name, entry);
    loading.then(
      (room) => {
        entry.room = room;
        this.#wait(entry); // lets it go should nobody come
      },
      () => this.#entries.delete(name), // the next one to ask tries again
    );
    return entry;
  }

  async #load(name: string, { id, format, type, signal }: Loading): Promise<Room> {
    const kind = kindOf(format, type);
    const { documents, log, workspace, logger, timing, observe, onLoad, packing } = this.#options;
    for (let seen: DocumentPlace | undefined; ; ) {
      const place = await documents.find(id);
      if (place === undefined) throw noDocument(id);
      try {
        const room: Room = await Room.load({
          id,
          kind,
          ...place,
          documents: log,
          workspace,
          log: logger,
          timing,
          packing,
          onLoad,
          observe,
          signal,
          reattach: (path) => documents.restore(id, path),
          onEmpty: () => this.#onEmpty(name),
        });
        return room;
      } catch (error) {
        const missing = error instanceof DaybookError && error.code === 'file_not_found';
        if (!missing || place.path === seen?.path) throw error;
        // It may have been renamed in this very moment, of which word comes a little later.
        seen = place;
        await new Promise((resolve) => setTimeout(resolve, RENAMING));
        await this.#changes;
      }
    }
  }

  async #deleteHistory(id: string): Promise<void> {
    const { log } = this.#options;
    for (const { type, format } of KINDS) {
      const name = `${id}.${type}.${format}`;
      for (const each of [name, `${name}.exports`, `${name}.authors`, `${name}.damaged`]) await log.delete(each);
    }
  }

  #onEmpty(name: string): void {
    const entry = this.#entries.get(name);
    if (this.#closed || entry?.room === undefined) return;
    void this.#saveQuietly(entry.room);
    this.#wait(entry);
  }

  #wait(entry: Entry): void {
    if (this.#closed) return;
    this.#leavings += 1;
    entry.left = this.#leavings;
    clearTimeout(entry.timer);
    entry.timer = setTimeout(() => void this.#letGo(entry), this.#options.idle ?? 30_000);
    entry.timer.unref();
    this.#relieve();
  }

  /** Lets rooms that nobody is in go before their time while all together are too large. */
  #relieve(): void {
    let over = this.bytes - (this.#options.memory ?? MEMORY);
    const empty = [...this.#entries.values()].filter(({ room }) => room?.empty === true);
    for (const entry of empty.sort((a, b) => a.left - b.left)) {
      if (over <= 0) return;
      over -= entry.room?.bytes ?? 0;
      void this.#letGo(entry);
    }
  }

  /** Lets an empty room go once its file has everything; tries again later otherwise. */
  async #letGo(entry: Entry): Promise<void> {
    const { name, room } = entry;
    const stays = () => room?.empty !== true || this.#closed || this.#entries.get(name) !== entry;
    if (room === undefined || stays()) return;
    const saved = await this.#saveQuietly(room);
    if (stays()) return;
    if (!saved || !room.clean) return this.#wait(entry);
    await this.#end(entry, room);
  }

  /** From now on nobody gets into this room, and whoever wants the document waits for its end. */
  #end(entry: Entry, room: Room): Promise<void> {
    const { name } = entry;
    clearTimeout(entry.timer); // of somebody who came and left meanwhile
    this.#entries.delete(name);
    this.#leaving.add(entry);
    const ended = room
      .close()
      .catch((error: unknown) => {
        this.#options.logger.error({ err: error, path: room.path }, 'a document could not be closed in order');
      })
      .finally(() => {
        this.#ending.delete(name);
        this.#leaving.delete(entry);
      });
    this.#ending.set(name, ended);
    return ended;
  }

  async #saveQuietly(room: Room): Promise<boolean> {
    try {
      return await room.save();
    } catch (error) {
      this.#options.logger.warn({ err: error, path: room.path }, 'document was not saved');
      return false;
    }
  }

  /** Tells the database first, then every room; one that is being loaded is told when it is there. */
  async #follow(change: WorkspaceChange): Promise<void> {
    const { documents, logger } = this.#options;
    if (change.type === 'restored') {
      const back = await documents.restoreTrash(change.trash, change.from, change.path);
      this.#tellRooms((room) => {
        const its = back.find(({ id }) => id === room.id);
        if (its !== undefined) room.fileRestored(its.path);
      });
      return;
    }
    const noted = this.#note(change);
    // Open rooms follow also when the database is away: else they would write to the old name again.
    await noted.catch((error: unknown) => {
      logger.error({ err: error, change }, 'the database could not be told of a change in the workspace');
    });
    this.#tellRooms((room) => {
      if (!room.attached) return;
      if (change.type === 'written' && room.path === change.path) room.fileWritten(change.sha256);
      if (change.type === 'renamed' && isAt(room.path, change.from)) {
        room.fileRenamed(change.to + room.path.slice(change.from.length));
      } else if (change.type === 'renamed' && isAt(room.path, change.to)) void this.#askAbout(room);
      if (change.type === 'deleted' && isAt(room.path, change.path)) room.fileDeleted();
    });
  }

  async #note(change: Exclude<WorkspaceChange, { type: 'restored' }>): Promise<void> {
    const { documents } = this.#options;
    if (change.type === 'renamed') await documents.rename(change.from, change.to);
    if (change.type === 'deleted') await documents.forget(change.path, change.trash);
  }

  /** Somebody opened the new name before word of the renaming came: that name belongs to another document. */
  async #askAbout(room: Room): Promise<void> {
    const place = await this.#options.documents.find(room.id).catch(() => undefined); // as good as before
    if (place?.deleted === true) room.fileDeleted();
  }

  #tellRooms(tell: (room: Room) => void): void {
    for (const { room, loading } of this.#entries.values()) {
      if (room !== undefined) tell(room);
      else loading.then(tell, ignore);
    }
  }
}

interface Loading {
  readonly id: string;
  readonly format: string;
  readonly type: string;
  readonly signal: AbortSignal;
}

/** Milliseconds in which word of a renaming comes. */
const RENAMING = 200;

/** Whoever asked for the room has its error. */
function ignore(): void {}

function isAt(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}

function noDocument(id: string): DaybookError {
  return new DaybookError('document_not_found', `there is no document “${id}”`, {
    status: 404,
    action: 'Close the tab and open the file again.',
  });
}
