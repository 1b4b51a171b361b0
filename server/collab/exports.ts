import { createHash } from 'node:crypto';
import type { DocumentLog } from '@daybook/shared/ports/document-log';

/**
 * A file as the document knows it: its bytes with large outputs taken out (`server/outputs`), and the
 * SHA-256 of the file on disk, which has everything.
 */
export interface ExportedFile {
  readonly packed: Uint8Array;
  readonly sha256: string;
}

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
    const all = (snapshot === undefined ? updates : [snapshot, ...updates]).map(readRecord);
    this.#known = new Map(all.map((file) => [file.sha256, file.packed]));
    this.#base = snapshot === undefined ? undefined : all[0]?.packed;
  }

  /** True when the file with this hash, found on disk, is ours and not somebody else's change. */
  recognise(hash: string): boolean {
    const packed = this.#known.get(hash);
    if (packed !== undefined) this.#base = packed;
    return packed !== undefined;
  }

  /** True when we have written, or are about to write, the file with this hash. */
  knows(hash: string): boolean {
    return this.#known.has(hash);
  }

  /** The file with this hash, as it was written or found; undefined for one that is not known. */
  packed(hash: string): Uint8Array | undefined {
    return this.#known.get(hash);
  }

  /** The base for a merge: the file as it was last found or put on disk, packed. */
  get base(): Uint8Array | undefined {
    return this.#base;
  }

  /** This is about to be written. */
  async announce(file: ExportedFile): Promise<void> {
    if (this.#known.has(file.sha256)) return;
    // Known before it is durable, since the file's change may be told while it is being written.
    this.#known.set(file.sha256, file.packed);
    try {
      await this.#log.append(this.#name, record(file));
    } catch (error) {
      this.#known.delete(file.sha256); // or the next try would write it unannounced
      throw error;
    }
  }

  /** This is on disk, and the document has all of it. */
  async confirm(file: ExportedFile): Promise<void> {
    // Also when the log is away: what the document has must not be merged into it a second time.
    this.#known.set(file.sha256, file.packed);
    this.#base = file.packed;
    await this.#log.compact(this.#name, record(file));
    this.#known = new Map([[file.sha256, file.packed]]);
  }
}

/** Begins a record that says its file's hash; no notebook begins so. Other records are whole files. */
const MAGIC = Buffer.from('\0daybook-export ');
const HASH = 64;

function record({ packed, sha256: hash }: ExportedFile): Uint8Array {
  const bytes = Buffer.from(packed.buffer, packed.byteOffset, packed.byteLength);
  const whole = sha256(packed) === hash && !bytes.subarray(0, MAGIC.length).equals(MAGIC);
  return whole ? packed : Buffer.concat([MAGIC, Buffer.from(hash), packed]);
}

function readRecord(stored: Uint8Array): ExportedFile {
  const bytes = Buffer.from(stored.buffer, stored.byteOffset, stored.byteLength);
  if (!bytes.subarray(0, MAGIC.length).equals(MAGIC)) return { packed: stored, sha256: sha256(stored) };
  const at = MAGIC.length + HASH;
  return { packed: stored.subarray(at), sha256: bytes.toString('latin1', MAGIC.length, at) };
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
