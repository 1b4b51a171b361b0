import { DaybookError } from '@daybook/shared/errors/error';
import type { Workspace, WorkspaceFile } from '@daybook/shared/ports/workspace';
import type { Logger } from 'pino';
import { hashBytes } from '../workspace/hash-bytes.ts';
import { conflictPath } from './conflict-path.ts';
import type { DocumentKind } from './document-kinds.ts';
import type { Exports } from './exports.ts';
import type { FilePacking } from './file-packing.ts';
import { SaveTimer, type SaveTiming } from './save-timer.ts';
import { FROM_SERVER, type SharedDocument } from './shared-document.ts';

export interface SaverOptions {
  readonly document: SharedDocument;
  readonly exports: Exports;
  readonly workspace: Workspace;
  readonly log: Logger;
  readonly path: string;
  readonly kind: DocumentKind;
  readonly packing: FilePacking;
  /** Gives a deleted document its path back. */
  readonly reattach: () => Promise<void>;
  /** Makes everything in the document durable. */
  readonly settle: () => Promise<void>;
  /** Keeps the document as it is now, since something from outside is about to be merged in. */
  readonly beforeMerge: () => Promise<void>;
  readonly timing?: SaveTiming;
}

const UNREADABLE: ReadonlySet<string> = new Set(['bad_notebook', 'not_text']);

/**
 * Keeps the document's file up to date, and the document with what others do to the file.
 *
 * One save or merge runs at a time. A save that fails changes nothing but `state.saveError`, which
 * says why, and is tried again; the log has the work meanwhile.
 */
export class Saver {
  readonly #options: SaverOptions;
  readonly #timer: SaveTimer;
  #path: string;
  #missing: 'deleted' | 'vanished' | undefined;
  /** How often it went missing: a write under way then does not bring it back. */
  #losses = 0;
  #version = 0;
  /** Milliseconds that the last save spent writing. */
  #took = 0;
  #saved = 0;
  /** The file came from outside: it may say the same in another spelling, which is then left alone. */
  #foreign = false;
  #last: Promise<unknown> = Promise.resolve();

  constructor(options: SaverOptions) {
    this.#options = options;
    this.#path = options.path;
    this.#timer = new SaveTimer(() => void this.save(), options.timing);
  }

  get path(): string {
    return this.#path;
  }

  /** The file was deleted here, and nobody has saved it since. */
  get deleted(): boolean {
    return this.#missing === 'deleted';
  }

  /** The file is not where it was: somebody took it away, or word of its renaming has not come yet. */
  get vanished(): boolean {
    return this.#missing === 'vanished';
  }

  /** False while the document holds something that its file does not. */
  get clean(): boolean {
    return this.#version === this.#saved || this.#missing !== undefined;
  }

  /** The document was just made from the file with this hash. */
  adopt(hash: string): void {
    this.#foreign = true;
    this.#show({ path: this.#path, hash, dirty: false });
  }

  /** After loading: takes over what happened to the file, and writes what never was. */
  catchUp(): Promise<boolean> {
    this.#foreign = true;
    this.#version += 1;
    return this.save();
  }

  /** The content changed. */
  touch(): void {
    this.#version += 1;
    if (this.#missing === undefined) this.#timer.touch();
  }

  /** Puts `state.dirty` right; clients write it too, at the wrong times. */
  showDirty(): void {
    const { doc, state } = this.#options.document;
    const dirty = this.#version !== this.#saved;
    if (state.get('dirty') !== dirty) doc.transact(() => state.set('dirty', dirty), FROM_SERVER);
  }

  /** Writes the file now; resolves false when that failed. `force` makes a deleted file anew. */
  save({ force = false } = {}): Promise<boolean> {
    return this.#alone(() => this.#saveNow(force));
  }

  /** Somebody else may have changed the file: takes over what they did. */
  lookAtFile(): Promise<void> {
    return this.#alone(async () => {
      if (this.#missing === 'deleted') return;
      try {
        const file = await this.#read();
        if (this.deleted) return; // meanwhile
        const came = file !== undefined && this.#missing !== undefined;
        if (file === undefined) {
          if (this.#missing === undefined) this.#detach('vanished');
        } else if (came || !this.#options.exports.knows(file.sha256)) {
          this.#missing = undefined;
          await this.#saveNow(false);
        }
      } catch (error) {
        this.#fail(error);
      }
    });
  }

  /** The file came back out of the trash, maybe under another name. */
  attach(path: string): void {
    this.#missing = 'vanished';
    this.rename(path);
  }

  /** The file has another name; one that seemed to have vanished was only on its way there. */
  rename(path: string): void {
    this.#path = path;
    this.#show({ path });
    if (this.#missing === 'vanished') void this.lookAtFile();
  }

  /** The file was deleted: nothing is written any more unless somebody asks for it. */
  detach(): void {
    this.#detach('deleted');
  }

  stop(): void {
    this.#timer.stop();
  }

  /** Resolves when the saves and merges asked for so far are over, however they ended. */
  get done(): Promise<unknown> {
    return this.#last;
  }

  async #saveNow(force: boolean): Promise<boolean> {
    const ended = this.#timer.begin();
    this.#took = 0;
    const saved = await this.#attempt(force);
    ended(saved, this.#took);
    return saved;
  }

  async #attempt(force: boolean): Promise<boolean> {
    for (let attempt = 1; ; attempt += 1) {
      if (this.#missing !== undefined && !force) return true;
      try {
        await this.#write(force);
        return true;
      } catch (error) {
        // Somebody wrote between our look at the file and our write: merge that first.
        if (error instanceof DaybookError && error.code === 'file_changed' && attempt < 10) continue;
        this.#fail(error);
        return false;
      }
    }
  }

  /** A file that vanished may come back, put there by whoever took it; a deleted one belongs to the trash. */
  #detach(how: 'deleted' | 'vanished'): void {
    this.#losses += 1;
    if (!this.deleted) this.#missing = how;
    this.#timer.stop();
    this.#show({ saveError: `The file “${this.#path}” was deleted. Save to make it again.` });
  }

  async #write(force: boolean): Promise<void> {
    const { document, exports, packing, workspace, settle, reattach } = this.#options;
    const losses = this.#losses;
    if (this.#missing !== undefined) await reattach();
    const found = await this.#mergeFile();
    if (found === undefined && !force) {
      this.#detach('vanished');
      return;
    }
    await settle();
    const version = this.#version;
    const began = performance.now();
    const packed = document.write();
    const file = await packing.unpack(packed);
    const hash = await hashBytes(file);
    const equal =
      found !== undefined && (found.sha256 === hash || (this.#foreign && (await this.#says(found, packed))));
    if (!equal) {
      const exported = { packed, sha256: hash };
      const prepared = performance.now() - began;
      await exports.announce(exported);
      const announced = performance.now();
      await workspace.write(this.#path, file, { replacing: found?.sha256 ?? 'nothing' });
      // Without the log, which may be away for long.
      this.#took = prepared + performance.now() - announced;
      await exports.confirm(exported);
      this.#foreign = false;
    }
    if (this.#losses === losses) this.#missing = undefined;
    this.#saved = version;
    const shown = equal ? found.sha256 : hash;
    this.#show({ path: this.#path, hash: shown, dirty: this.#version !== version });
    if (this.#missing === undefined) this.#show({ saveError: undefined });
    await settle();
  }

  /** True when the file, read and written by us, is this one, large outputs taken out. */
  async #says({ sha256, bytes }: WorkspaceFile, wanted: Uint8Array): Promise<boolean> {
    const { kind, packing, exports } = this.#options;
    const other = kind.create();
    try {
      other.fill(exports.packed(sha256) ?? (await packing.pack(bytes)));
      return Buffer.compare(other.write(), wanted) === 0;
    } catch (error) {
      if (error instanceof DaybookError && UNREADABLE.has(error.code)) return false;
      throw error;
    } finally {
      other.doc.destroy();
    }
  }

  /** Brings a change from outside into the document; answers the file, if there is one. */
  async #mergeFile(): Promise<WorkspaceFile | undefined> {
    const { exports, packing, workspace, beforeMerge, settle } = this.#options;
    const file = await this.#read();
    if (file === undefined || exports.recognise(file.sha256)) return file;
    const packed = await packing.pack(file.bytes);
    await beforeMerge();
    const lost = this.#merge(exports.base, packed);
    if (lost !== undefined) {
      await workspace.write(conflictPath(this.#path, file.sha256), await packing.unpack(lost));
    }
    await settle();
    // One that cannot be read, half written maybe, is no base for what comes next.
    if (lost === undefined) await exports.confirm({ packed, sha256: file.sha256 });
    this.#foreign = true;
    this.touch(); // the merged document may say more than the file
    this.#options.log.info({ path: this.#path, conflict: lost !== undefined }, 'file changed outside was merged');
    return file;
  }

  async #read(): Promise<WorkspaceFile | undefined> {
    for (;;) {
      const path = this.#path;
      try {
        return await this.#options.workspace.read(path);
      } catch (error) {
        if (!(error instanceof DaybookError && error.status === 404)) throw error;
        if (path === this.#path) return undefined;
        // It was renamed while we looked.
      }
    }
  }

  /** A file that cannot be read any more is kept beside the document's. */
  #merge(base: Uint8Array | undefined, theirs: Uint8Array): Uint8Array | undefined {
    try {
      return this.#options.document.merge(base, theirs);
    } catch (error) {
      if (error instanceof DaybookError && UNREADABLE.has(error.code)) return theirs;
      throw error;
    }
  }

  #fail(error: unknown): void {
    const known = error instanceof DaybookError;
    const text = known ? [error.message, error.action].filter(Boolean).join(' ') : String((error as Error).message);
    this.#options.log.error({ err: error, path: this.#path }, 'document could not be saved');
    this.#show({ saveError: text });
  }

  #show(values: Readonly<Record<string, unknown>>): void {
    const { doc, state } = this.#options.document;
    doc.transact(() => {
      for (const [key, value] of Object.entries(values)) {
        if (value === undefined) state.delete(key);
        else if (state.get(key) !== value) state.set(key, value);
      }
    }, FROM_SERVER);
  }

  #alone<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#last.then(work);
    this.#last = next.catch(() => undefined); // the caller of `next` has the error
    return next;
  }
}
