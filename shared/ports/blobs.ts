/**
 * Blobs: bytes kept under a key, in files or in S3.
 *
 * Keys are `/`-separated, 1–512 characters of `A–Z a–z 0–9 . _ - /`, in parts of at most 100, none
 * of them empty, `.` or `..` (`bad_blob_key` otherwise). A `put` that resolved is durable and visible
 * to every reader; a reader sees the old bytes or the new ones, never a mixture. Reading a missing
 * key fails with `blob_not_found`; deleting one is not an error.
 */
export interface Blobs {
  /** Stores the bytes whole, replacing what was there. A stream is never held in memory whole. */
  put(key: string, body: Uint8Array | AsyncIterable<Uint8Array>, options?: PutOptions): Promise<BlobStat>;
  /** Stores only if the key is free; resolves `undefined` when it is taken. */
  putIfAbsent(key: string, body: Uint8Array, options?: PutOptions): Promise<BlobStat | undefined>;
  get(key: string, range?: ByteRange): Promise<Uint8Array>;
  /** Streams the bytes; an error part way rejects the iteration. */
  read(key: string, range?: ByteRange): Promise<AsyncIterable<Uint8Array>>;
  stat(key: string): Promise<StoredBlob | undefined>;
  delete(key: string): Promise<void>;
  /** Every blob below `prefix`, in ascending key order. */
  list(prefix: string): AsyncIterable<StoredBlob>;
  /** Fails when the store cannot be reached; used by `/ready`. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export interface PutOptions {
  readonly contentType?: string;
}

/** Half-open byte range `[start, end)`, cut at the blob's end; `bad_blob_range` when it is none. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export interface BlobStat {
  readonly key: string;
  readonly size: number;
}

/** A blob that is there. */
export interface StoredBlob extends BlobStat {
  /** When it was last put, by the store's clock, in ms since 1970. */
  readonly modified: number;
}
