import { DaybookError } from '@daybook/shared/errors/error';
import type { Draft, EditsOf, KeptEdits } from './kept-edits.ts';
import type { Edit } from './outbox.ts';

const NAME = 'daybook-edits';
const EDITS = 'edits';
const DRAFTS = 'drafts';
const BY_DOCUMENT = 'document';
const BY_USER = 'user';

/** How long to wait for a database that another page may hold, in milliseconds. */
const PATIENCE = 3_000;

/** Bytes of edits and drafts together that one browser keeps. */
const LARGEST = 64 << 20;

type EditRow = EditsOf & Edit & { readonly order: number };

export interface IndexedOptions {
  /** The browser's database; undefined where it has none. */
  readonly factory?: IDBFactory | undefined;
  readonly largest?: number;
}

/**
 * Keeps edits in the browser's IndexedDB. It is opened with the first use, and again after the
 * browser closed it. Writes are asked to reach the disk before they count.
 */
export function createIndexedKeptEdits({
  factory = globalThis.indexedDB as IDBFactory | undefined,
  largest = LARGEST,
}: IndexedOptions = {}): KeptEdits {
  let opened: Promise<IDBDatabase> | undefined;

  function open(): Promise<IDBDatabase> {
    opened ??= openDatabase(factory).then(
      (database) => {
        const again = () => {
          opened = undefined;
        };
        database.onclose = again;
        // A newer page wants another layout.
        database.onversionchange = () => {
          database.close();
          again();
        };
        return database;
      },
      (cause: unknown) => {
        opened = undefined;
        throw cause;
      },
    );
    return opened;
  }

  async function write(work: (edits: IDBObjectStore, drafts: IDBObjectStore) => void): Promise<void> {
    const database = await open();
    try {
      const change = database.transaction([EDITS, DRAFTS], 'readwrite', { durability: 'strict' });
      work(change.objectStore(EDITS), change.objectStore(DRAFTS));
      await done(change);
    } catch (cause) {
      throw storeError(cause);
    }
  }

  async function read<T>(store: string, index: string, key: IDBValidKey): Promise<T[]> {
    const database = await open();
    try {
      return (await result(database.transaction(store).objectStore(store).index(index).getAll(key))) as T[];
    } catch (cause) {
      throw storeError(cause);
    }
  }

  /** Counted once, then kept up to date from above; counted anew before anything is refused. */
  let used: number | undefined;
  async function makeRoom(bytes: number): Promise<void> {
    if (used === undefined || used + bytes > largest) used = await sizeOfAll(await open());
    if (used + bytes > largest) throw full();
    used += bytes;
  }

  return {
    async load(of) {
      const rows = await read<EditRow>(EDITS, BY_DOCUMENT, [of.document, of.user]);
      return rows
        .sort((a, b) => a.order - b.order || a.at - b.at)
        .map(({ id, update, content, at }) => ({ id, update, content, at }));
    },
    async put({ document, user }, edits) {
      await makeRoom(edits.reduce((sum, { update }) => sum + update.byteLength, 0));
      await write((store) => {
        for (const edit of edits) store.put({ ...edit, document, user, order: orderOf(edit.id) } satisfies EditRow);
      });
    },
    async remove(ids) {
      if (ids.length === 0) return;
      await write((store) => {
        for (const id of ids) store.delete(id);
      });
    },
    async drafts({ user, document }) {
      const rows = await (document === undefined
        ? read<Draft>(DRAFTS, BY_USER, user)
        : read<Draft>(DRAFTS, BY_DOCUMENT, [document, user]));
      return rows.sort((a, b) => b.at - a.at);
    },
    async addDraft(draft, ids) {
      await write((edits, drafts) => {
        drafts.put(draft);
        for (const id of ids) edits.delete(id);
      });
    },
    removeDraft: (id) => write((_edits, drafts) => void drafts.delete(id)),
  };
}

function openDatabase(factory: IDBFactory | undefined): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    if (factory === undefined || factory === null) {
      reject(unavailable());
      return;
    }
    let request: IDBOpenDBRequest;
    try {
      request = factory.open(NAME, 1);
    } catch (cause) {
      reject(unavailable(cause));
      return;
    }
    const impatient = setTimeout(() => reject(unavailable()), PATIENCE);
    request.onupgradeneeded = () => {
      for (const name of [EDITS, DRAFTS]) {
        const store = request.result.createObjectStore(name, { keyPath: 'id' });
        store.createIndex(BY_DOCUMENT, ['document', 'user']);
        store.createIndex(BY_USER, 'user');
      }
    };
    request.onsuccess = () => {
      clearTimeout(impatient);
      resolve(request.result);
    };
    request.onerror = () => {
      clearTimeout(impatient);
      reject(unavailable(request.error));
    };
  });
}

function result<T>(request: IDBRequest<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

function done(change: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    change.oncomplete = () => resolve();
    change.onabort = () => reject(change.error);
  });
}

async function sizeOfAll(database: IDBDatabase): Promise<number> {
  const stores = database.transaction([EDITS, DRAFTS]);
  const rows = await Promise.all([EDITS, DRAFTS].map((name) => result(stores.objectStore(name).getAll())));
  return rows.flat().reduce((sum: number, row) => sum + sizeOf(row), 0);
}

function sizeOf(row: unknown): number {
  const { update, content } = row as { update?: Uint8Array; content?: unknown };
  return (update?.byteLength ?? 0) + (typeof content === 'string' ? content.length * 2 : 0);
}

/** An id ends in the number of its edit within its page. */
function orderOf(id: string): number {
  return Number.parseInt(id.slice(id.lastIndexOf(':') + 1), 10) || 0;
}

function storeError(cause: unknown): Error {
  if (cause instanceof DaybookError) return cause;
  return (cause as { name?: unknown } | null)?.name === 'QuotaExceededError' ? full(cause) : unavailable(cause);
}

function full(cause?: unknown): DaybookError {
  return new DaybookError('device_store_full', 'this browser has no room left for unsaved edits', {
    cause,
    action: 'Keep this tab open until the server answers, or save a copy.',
  });
}

function unavailable(cause?: unknown): DaybookError {
  return new DaybookError('device_store_unavailable', 'this browser does not let pages keep anything', {
    cause,
    action: 'Keep this tab open until the server answers, or allow this site to store data.',
  });
}
