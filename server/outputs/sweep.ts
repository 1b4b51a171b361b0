import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { DaybookError } from '@daybook/shared/errors/error';
import type { Blobs } from '@daybook/shared/ports/blobs';
import type { DocumentLog } from '@daybook/shared/ports/document-log';
import { OUTPUTS_PREFIX, type OutputStore } from './store.ts';

const expand = promisify(gunzip);
const DAY = 24 * 3_600_000;

/** Where large outputs may be named. */
export interface SweepPlaces {
  /** Ids of all documents, those in the trash included. */
  documents(): Promise<readonly string[]>;
  readonly log: Pick<DocumentLog, 'load'>;
  readonly blobs: Pick<Blobs, 'list' | 'get'>;
}

export interface SweepOptions {
  readonly store: Pick<OutputStore, 'deleteOlder'>;
  readonly places: SweepPlaces;
  readonly now?: () => number;
  /** Milliseconds below which nothing is deleted. */
  readonly young?: number;
  /** Asked before each step; true ends the sweep where it is. */
  readonly stopped?: () => boolean;
}

/** What of a notebook's may name outputs in the log, behind its id. */
const NAMES = ['.notebook.json', '.notebook.json.exports', '.notebook.json.damaged'];
/** Blobs that may name outputs: compressed states and cells. */
const PREFIXES = ['versions/', 'deleted-cells/'];

/**
 * Deletes outputs that no document, version or deleted cell names, and that are a day old. All names
 * are read before anything is deleted; when something cannot be read, nothing is. A sweep that ends
 * anywhere leaves what the next one does. Answers how many were deleted.
 */
export async function sweep({ store, places, now = Date.now, young = DAY, stopped }: SweepOptions): Promise<number> {
  const old = new Set<string>();
  for await (const { key, modified } of places.blobs.list(OUTPUTS_PREFIX)) {
    if (now() - modified >= young) old.add(key.slice(key.lastIndexOf('/') + 1));
  }
  const unnamed = new Set(old);
  if (unnamed.size > 0) {
    for await (const bytes of everything(places)) {
      if (stopped?.() === true) return 0;
      for (const name of namesIn(bytes)) unnamed.delete(name);
    }
  }
  let deleted = 0;
  for (const sha256 of unnamed) {
    if (stopped?.() === true) break;
    // Stored again meanwhile: somebody is about to name it.
    if (await store.deleteOlder(sha256, young)) deleted += 1;
  }
  return deleted;
}

async function* everything({ documents, log, blobs }: SweepPlaces): AsyncGenerator<Uint8Array> {
  for (const id of await documents()) {
    for (const name of NAMES) {
      const { snapshot, updates } = await log.load(`${id}${name}`);
      if (snapshot !== undefined) yield snapshot;
      yield* updates;
    }
  }
  for (const prefix of PREFIXES) {
    for await (const { key } of blobs.list(prefix)) {
      const bytes = await blobs.get(key).catch((error: unknown) => {
        if (error instanceof DaybookError && error.code === 'blob_not_found') return undefined; // too old a version
        throw error;
      });
      if (bytes !== undefined) yield await expand(bytes);
    }
  }
}

const HEX = /[0-9a-f]{64,}/g;

/**
 * Every hash in these bytes. Yjs and JSON write texts as they are, so that a marker's hash is found
 * without reading the rest, also in what was deleted and can still come back. What only looks like
 * one keeps an output alive, no more.
 */
function* namesIn(bytes: Uint8Array): Generator<string> {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
  for (const [digits] of text.matchAll(HEX)) {
    for (let at = 0; at + 64 <= digits.length; at += 1) yield digits.slice(at, at + 64);
  }
}
