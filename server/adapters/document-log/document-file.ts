import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises';
import type { DocumentHistory } from '@daybook/shared/ports/document-log';
import { encodeSnapshot, encodeUpdates } from './frame.ts';
import { readHistory } from './history.ts';
import { syncFolder } from './sync-folder.ts';

/** What a log file is opened with; a test passes handles that fail. */
export type OpenFile = (path: string, flags: string) => Promise<FileHandle>;

/**
 * One document's log file and the queue in front of it: operations run one at a time and in call
 * order, and appends that wait together become one frame with one `fdatasync`.
 *
 * After a write or sync that failed, the file is read again and cut to its sound part before the
 * next operation, so half a frame never ends up in the middle.
 */
export class DocumentFile {
  readonly #document: string;
  readonly #folder: string;
  readonly #path: string;
  readonly #open: OpenFile;
  #handle: FileHandle | undefined;
  #size = 0;
  #waiting: Waiting[] = [];
  #draining = false;

  constructor(document: string, folder: string, path: string, openFile: OpenFile = open) {
    this.#document = document;
    this.#folder = folder;
    this.#path = path;
    this.#open = openFile;
  }

  /** True when nothing waits or runs; only then may the file be let go. */
  get idle(): boolean {
    return !this.#draining;
  }

  append(update: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => this.#enqueue({ type: 'append', update, resolve, reject }));
  }

  load(): Promise<DocumentHistory> {
    return this.#run(async () => {
      const file = await this.#bytes();
      const { end, ...history } = readHistory(this.#document, file);
      if (history.damaged === true) await this.#keep(file);
      return history;
    });
  }

  compact(state: Uint8Array): Promise<void> {
    return this.#run(async () => {
      await this.#release();
      const fresh = `${this.#path}.new`;
      const handle = await this.#open(fresh, 'w');
      try {
        await handle.writeFile(encodeSnapshot(state));
        await handle.datasync();
      } finally {
        await handle.close();
      }
      await rename(fresh, this.#path);
      await syncFolder(this.#folder);
    });
  }

  delete(): Promise<void> {
    return this.#run(async () => {
      await this.#release();
      await rm(this.#path, { force: true });
      await syncFolder(this.#folder);
    });
  }

  /** Closes the file once everything asked for so far is done. */
  close(): Promise<void> {
    return this.#run(() => this.#release());
  }

  #run<T>(work: () => Promise<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      this.#enqueue({ type: 'run', work: () => work().then(resolve), reject });
    });
  }

  #enqueue(item: Waiting): void {
    this.#waiting.push(item);
    if (!this.#draining) void this.#drain();
  }

  /** Never rejects: each operation's failure goes to whoever asked for it. */
  async #drain(): Promise<void> {
    this.#draining = true;
    // The first append waits for those of the same turn: they share its sync.
    await Promise.resolve();
    for (let batch = this.#take(); batch.length > 0; batch = this.#take()) {
      try {
        await this.#execute(batch);
      } catch (cause) {
        for (const item of batch) item.reject(cause);
      }
    }
    this.#draining = false; // in the same turn as the last look at the queue, or an item could be left in it
  }

  /** All appends at the head of the queue, or the one other operation there. */
  #take(): Waiting[] {
    const other = this.#waiting.findIndex((item) => item.type === 'run');
    const count = other === -1 ? this.#waiting.length : Math.max(other, 1);
    return this.#waiting.splice(0, count);
  }

  async #execute(batch: Waiting[]): Promise<void> {
    const [first] = batch;
    if (first?.type === 'run') {
      await first.work();
      return;
    }
    const appends = batch.filter((item) => item.type === 'append');
    await this.#write(encodeUpdates(appends.map((item) => item.update)));
    for (const item of appends) item.resolve();
  }

  async #write(frame: Buffer): Promise<void> {
    const handle = await this.#ready();
    try {
      for (let done = 0; done < frame.length; ) {
        const { bytesWritten } = await handle.write(frame, done, frame.length - done, this.#size + done);
        done += bytesWritten;
      }
      await handle.datasync();
      this.#size += frame.length;
    } catch (cause) {
      await this.#abandon(handle);
      throw cause;
    }
  }

  /** A failed write leaves nothing behind where that is possible; the next use reads the file again. */
  async #abandon(handle: FileHandle): Promise<void> {
    this.#handle = undefined;
    await handle.truncate(this.#size).catch(() => undefined); // reading again cuts what stays
    await handle.close().catch(() => undefined);
  }

  async #ready(): Promise<FileHandle> {
    if (this.#handle !== undefined) return this.#handle;
    const file = await this.#bytes();
    const { end } = readHistory(this.#document, file);
    const handle = await this.#open(this.#path, file.length === 0 ? 'a+' : 'r+').then(async (created) => {
      if (file.length > 0) return created;
      await created.close();
      await syncFolder(this.#folder);
      return this.#open(this.#path, 'r+');
    });
    if (end < file.length) {
      await handle.truncate(end);
      await handle.datasync();
    }
    this.#handle = handle;
    this.#size = end;
    return handle;
  }

  /** Puts a damaged file aside, once, for whoever wants to look at it. */
  async #keep(file: Buffer): Promise<void> {
    const copy = `${this.#path}.damaged-${createHash('sha256').update(file).digest('hex').slice(0, 16)}`;
    const handle = await this.#open(copy, 'wx').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST') return undefined;
      throw error;
    });
    if (handle === undefined) return;
    try {
      await handle.writeFile(file);
      await handle.datasync();
    } finally {
      await handle.close();
    }
    await syncFolder(this.#folder);
  }

  async #bytes(): Promise<Buffer> {
    try {
      return await readFile(this.#path);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return Buffer.alloc(0);
      throw cause;
    }
  }

  async #release(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }
}

type Waiting =
  | {
      readonly type: 'append';
      readonly update: Uint8Array;
      readonly resolve: () => void;
      readonly reject: (cause: unknown) => void;
    }
  | { readonly type: 'run'; readonly work: () => Promise<void>; readonly reject: (cause: unknown) => void };
