import { createHash } from 'node:crypto';
import type { DocumentLog } from '@daybook/shared/ports/document-log';

/**
 * What the document's file was when both were last the same: the base of a merge, and how a change
 * from outside is told from our own write.
 *
 * A write is announced before it is made and confirmed after it, so that after a power loss at any
 * point the file is one of the known ones.
 */
export class Exports {
  readonly #log: DocumentLog;
  readonly #name: string;
  #known = new Map<string, Uint8Array>();
  #base: Uint8Array | undefined;

  constructor(log: DocumentLog, name: string) {
    this.#log = log;
    this.#name = name;
  }

  async load(): Promise<void> {
    const { snapshot, updates } = await this.#log.load(this.#name);
    const all = snapshot === undefined ? updates : [snapshot, ...updates];
    this.#known = new Map(all.map((file) => [sha256(file), file]));
    this.#base = snapshot;
  }

  /** True when the file with this hash, found on disk, is ours and not somebody else's change. */
  recognise(hash: string): boolean {
    const file = this.#known.get(hash);
    if (file !== undefined) this.#base = file;
    return file !== undefined;
  }

  /** True when we have written, or are about to write, the file with this hash. */
  knows(hash: string): boolean {
    return this.#known.has(hash);
  }

  /** The base for a merge: the file as it was last found or put on disk. */
  get base(): Uint8Array | undefined {
    return this.#base;
  }

  /** This is about to be written. */
  async announce(file: Uint8Array): Promise<void> {
    const hash = sha256(file);
    if (this.#known.has(hash)) return;
    // Known before it is durable, since the file's change may be told while it is being written.
    this.#known.set(hash, file);
    try {
      await this.#log.append(this.#name, file);
    } catch (error) {
      this.#known.delete(hash); // or the next try would write it unannounced
      throw error;
    }
  }

  /** This is on disk, and the document has all of it. */
  async confirm(file: Uint8Array): Promise<void> {
    const hash = sha256(file);
    // Also when the log is away: what the document has must not be merged into it a second time.
    this.#known.set(hash, file);
    this.#base = file;
    await this.#log.compact(this.#name, file);
    this.#known = new Map([[hash, file]]);
  }
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
