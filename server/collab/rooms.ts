import { DaybookError } from '@daybook/shared/errors/error';
import type { DocumentLog } from '@daybook/shared/ports/document-log';
import type { Workspace, WorkspaceChange } from '@daybook/shared/ports/workspace';
import type { Logger } from 'pino';
import { KINDS, kindOf } from './document-kinds.ts';
import type { Documents } from './documents.ts';
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
  /** May change a document when it was loaded, before anybody sees it; in one transaction. */
  readonly onLoad?: RoomOptions['onLoad'];
}

/** The open rooms: each loaded once however many ask, and let go when nobody has been in it a while. */
export class Rooms {
  readonly #options: RoomsOptions;
  readonly #rooms = new Map<string, Promise<Room>>();
  readonly #draining = new Map<string, Promise<void>>();
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #unsubscribe: () => void;
  #changes: Promise<void> = Promise.resolve();
  #closed = false;

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

  /** Resolves when all changes of the workspace told so far were followed. */
  get upToDate(): Promise<void> {
    return this.#changes;
  }

  /**
   * The room called `<format>:<type>:<document id>`, loaded if need be. Errors: those of loading,
   * `document_not_found`, `document_type_unsupported`, `server_stopping`.
   */
  async open(name: string): Promise<Room> {
    await this.#changes;
    await this.#draining.get(name);
    if (this.#closed) {
      throw new DaybookError('server_stopping', 'the server is stopping', {
        status: 503,
        action: 'Try again in a moment.',
      });
    }
    const found = this.#rooms.get(name);
    if (found !== undefined) return found;
    const loading = this.#load(name);
    this.#rooms.set(name, loading);
    loading.then(
      (room) => this.#wait(name, room), // lets it go should nobody come
      () => this.#rooms.delete(name), // the next one to ask tries again
    );
    return loading;
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

  /** The open rooms of a document; one that was opened as notebook and as text has two. */
  async find(target: DocumentTarget): Promise<readonly Room[]> {
    const rooms = await this.#open();
    return rooms.filter((room) =>
      'id' in target ? room.id === target.id : room.attached && room.path === target.path,
    );
  }

  /** Deletes the history of a document whose file is gone for good; one that somebody has open stays. */
  async forget(id: string): Promise<void> {
    if ((await this.find({ id })).length > 0) return;
    const { log } = this.#options;
    for (const { type, format } of KINDS) {
      const name = `${id}.${type}.${format}`;
      for (const each of [name, `${name}.exports`, `${name}.authors`, `${name}.damaged`]) await log.delete(each);
    }
  }

  /** Writes every document to its file; what fails is logged and stays in the log. */
  async flush(): Promise<void> {
    await this.#changes;
    await Promise.all((await this.#open()).map((room) => room.save()));
  }

  /** Flushes and ends every room. Waits `patience` milliseconds at most for a log that hangs. */
  async close(patience = 8_000): Promise<void> {
    this.#closed = true;
    this.#unsubscribe();
    for (const timer of this.#timers.values()) clearTimeout(timer);
    let giveUp: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      giveUp = setTimeout(() => resolve('late'), patience);
    });
    const outcome = await Promise.race([this.#endAll(), late]);
    clearTimeout(giveUp);
    if (outcome !== 'late') return;
    this.#options.logger.error({}, 'documents could not be closed in time; what was acknowledged is in the log');
    for (const loading of this.#rooms.values()) {
      loading.then((room) => room.abandon()).catch(() => undefined); // one that fails to load has nothing to give up
    }
  }

  async #endAll(): Promise<void> {
    const rooms = await this.#open();
    const ends = rooms.map((room) =>
      this.#saveQuietly(room)
        .then(() => room.close())
        .catch((error: unknown) => {
          this.#options.logger.error({ err: error, path: room.path }, 'a document could not be closed in order');
        }),
    );
    await Promise.all([...ends, ...this.#draining.values()]);
    this.#rooms.clear();
  }

  async #load(name: string): Promise<Room> {
    const [format = '', type = '', ...rest] = name.split(':');
    const kind = kindOf(format, type);
    const id = rest.join(':');
    const { documents, log, workspace, logger, timing, observe, onLoad, packing } = this.#options;
    const place = await documents.find(id);
    if (place === undefined) throw noDocument(id);
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
      reattach: () => documents.restore(id, room.path),
      onEmpty: () => this.#onEmpty(name, room),
    });
    return room;
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

  #onEmpty(name: string, room: Room): void {
    if (this.#closed) return;
    void this.#saveQuietly(room);
    this.#wait(name, room);
  }

  #wait(name: string, room: Room): void {
    clearTimeout(this.#timers.get(name));
    const timer = setTimeout(() => {
      const drained = this.#drain(name, room).finally(() => this.#draining.delete(name));
      this.#draining.set(name, drained);
    }, this.#options.idle ?? 30_000);
    timer.unref();
    this.#timers.set(name, timer);
  }

  /** Lets an empty room go once its file has everything; tries again later otherwise. */
  async #drain(name: string, room: Room): Promise<void> {
    if (!room.empty || this.#closed) return;
    const saved = await this.#saveQuietly(room);
    if (!room.empty || this.#closed) return;
    if (!saved || !room.clean) return this.#wait(name, room);
    clearTimeout(this.#timers.get(name)); // of somebody who came and left meanwhile
    this.#timers.delete(name);
    this.#rooms.delete(name);
    await room.close();
  }

  async #saveQuietly(room: Room): Promise<boolean> {
    try {
      return await room.save();
    } catch (error) {
      this.#options.logger.warn({ err: error, path: room.path }, 'document was not saved');
      return false;
    }
  }

  async #follow(change: WorkspaceChange): Promise<void> {
    const { documents } = this.#options;
    if (change.type === 'restored') {
      const back = await documents.restoreTrash(change.trash, change.from, change.path);
      for (const room of await this.#open()) {
        const its = back.find(({ id }) => id === room.id);
        // One that is being let go meanwhile has nothing to take over: whoever opens it next reads the file.
        if (its !== undefined)
          await room.fileRestored(its.path).catch((error: unknown) => {
            this.#options.logger.warn({ err: error, path: its.path }, 'a document was not told that its file is back');
          });
      }
      return;
    }
    const noted = this.#note(change);
    // Open rooms follow also when the database is away: else they would write to the old name again.
    await noted.catch((error: unknown) => {
      this.#options.logger.error({ err: error, change }, 'the database could not be told of a change in the workspace');
    });
    for (const room of await this.#open()) {
      if (change.type === 'written' && room.attached && room.path === change.path)
        void this.#merge(room, change.sha256);
      if (change.type === 'renamed' && room.attached && isAt(room.path, change.from)) {
        room.fileRenamed(change.to + room.path.slice(change.from.length));
      }
      if (change.type === 'deleted' && room.attached && isAt(room.path, change.path)) room.fileDeleted();
    }
  }

  async #note(change: Exclude<WorkspaceChange, { type: 'restored' }>): Promise<void> {
    const { documents } = this.#options;
    if (change.type === 'renamed') await documents.rename(change.from, change.to);
    if (change.type === 'deleted') await documents.forget(change.path, change.trash);
  }

  async #merge(room: Room, hash: string): Promise<void> {
    try {
      await room.fileWritten(hash);
    } catch (error) {
      this.#options.logger.error({ err: error, path: room.path }, 'a change of the file could not be merged');
    }
  }

  async #open(): Promise<Room[]> {
    const settled = await Promise.allSettled(this.#rooms.values());
    return settled.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  }
}

function isAt(path: string, place: string): boolean {
  return path === place || path.startsWith(`${place}/`);
}

function noDocument(id: string): DaybookError {
  return new DaybookError('document_not_found', `there is no document “${id}”`, {
    status: 404,
    action: 'Close the tab and open the file again.',
  });
}
