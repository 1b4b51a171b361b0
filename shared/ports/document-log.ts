/**
 * DocumentLog: the durable history of shared documents, as opaque Yjs updates in order.
 *
 * `append` resolves only when the update is on stable storage (fdatasync or a database commit):
 * that is what an acknowledgement means. Appends to one document keep their call order; several
 * documents may share one commit. `load` gives the newest snapshot (if any) and every update
 * after it. A torn last record, which nobody was told of, is dropped. A corrupt one is put aside,
 * the rest is given and said to be `damaged`; when nothing sound comes before it, `load` fails with
 * `document_corrupt`: a document is never served as an empty one.
 */
export interface DocumentLog {
  append(document: string, update: Uint8Array): Promise<void>;
  load(document: string): Promise<DocumentHistory>;
  /** Replaces all updates so far by one state. Safe to lose power at any point. */
  compact(document: string, state: Uint8Array): Promise<void>;
  delete(document: string): Promise<void>;
  close(): Promise<void>;
}

export interface DocumentHistory {
  readonly snapshot: Uint8Array | undefined;
  readonly updates: readonly Uint8Array[];
  /** Something between these is lost; what was found of it is kept aside. */
  readonly damaged?: boolean;
}
