import type { Disposer } from '@daybook/shared/ports/disposer';
import type * as Y from 'yjs';
import type { DocumentLayout } from './admission/layout.ts';

/** Origin of the server's own changes: imports, merges, saved state. Nobody's undo touches them. */
export const FROM_SERVER = 'server';

/**
 * A Y document of one kind (notebook, text file) and its file. Methods that change the document
 * do it in one transaction from the server.
 */
export interface SharedDocument {
  readonly doc: Y.Doc;
  readonly layout: DocumentLayout;
  /** Root `state` of every Jupyter document: path, hash, dirty and, ours, saveError. */
  readonly state: Y.Map<unknown>;
  /** Fills an empty document; fails as the kind's parser does, with nothing changed. */
  fill(file: Uint8Array): void;
  /** The document as the bytes of its file. */
  write(): Uint8Array;
  /**
   * Brings a change made outside into the document: base is the file as both sides last knew it.
   * Answers what could not be merged and must be kept beside the file, if anything.
   */
  merge(base: Uint8Array | undefined, theirs: Uint8Array): Uint8Array | undefined;
  /** Restores the kind's invariants after clients changed something. */
  repair(): void;
  /** Told of changes that belong into the file. */
  onContent(listener: () => void): Disposer;
}
