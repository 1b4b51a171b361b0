import type * as Y from 'yjs';

/** Names a document by its id or by the path of its file. */
export type DocumentTarget = { readonly id: string } | { readonly path: string };

/**
 * A document that the server itself works on. Its room stays open until `release`, also with
 * nobody in it, and then writes its file as it does when the last client leaves.
 */
export interface HeldDocument {
  readonly documentId: string;
  /** Changed through `transact` only, and only by its owner's own keys. */
  readonly doc: Y.Doc;
  /** Changes the document in one transaction from the server; nobody's undo touches it. */
  transact<T>(work: (transaction: Y.Transaction) => T): T;
  /**
   * Resolves when everything so far is durable, what clients sent before included. Waits as long as
   * the log cannot be written; rejects only when the server stops meanwhile.
   */
  settle(): Promise<void>;
  /**
   * Does `work` while clients are kept waiting, 5 s at most; all they sent before is in the document
   * when it begins. For what must see the document stay as it is; a few words may still come, so
   * look whether it did.
   */
  quietly<T>(work: () => Promise<T>): Promise<T>;
  /** Lets the room go. Calling it twice is harmless. */
  release(): void;
}
