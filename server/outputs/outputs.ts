import type { Blobs } from '@daybook/shared/ports/blobs';
import type { Logger } from 'pino';
import { Packing } from './pack.ts';
import { createOutputStore, type OutputStore } from './store.ts';

/** Large outputs beside their documents. The rules are in SPEC.md. */
export interface Outputs {
  readonly store: OutputStore;
  /** A notebook's file with markers in the place of large outputs. */
  pack(file: Uint8Array): Promise<Uint8Array>;
  /** The file with everything in it. */
  unpack(packed: Uint8Array): Promise<Uint8Array>;
}

export interface OutputsOptions {
  readonly blobs: Blobs;
  readonly log: Logger;
  readonly now?: () => number;
}

export function createOutputs({ blobs, log, now }: OutputsOptions): Outputs {
  const store = createOutputStore(blobs, now);
  const packing = new Packing(store, {
    onLeft: (why) => log.warn({ why }, 'a notebook’s file has a stand-in in the place of a large output'),
  });
  return { store, pack: (file) => packing.pack(file), unpack: (packed) => packing.unpack(packed) };
}
