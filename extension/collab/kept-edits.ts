import type { Edit } from './outbox.ts';

/** Which document of which user: on a shared computer nobody sends what somebody else wrote. */
export interface EditsOf {
  readonly document: string;
  readonly user: string;
}

/** A whole document as it was in a page whose edits the server did not take. */
export interface Draft extends EditsOf {
  readonly id: string;
  readonly path: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Why it is a draft, as a sentence. */
  readonly reason: string;
  /** `document`: the whole file as text. `words`: only what was typed, because its place is gone. */
  readonly kind: 'document' | 'words';
  readonly content: string;
}

/**
 * Edits that wait on this device until the server has them, and drafts of what it did not take.
 * `put` and `addDraft` resolve when the device has it for good; they reject with DaybookError
 * `device_store_unavailable` or `device_store_full`.
 */
export interface KeptEdits {
  /** In the order of writing. */
  load(of: EditsOf): Promise<Edit[]>;
  put(of: EditsOf, edits: readonly Edit[]): Promise<void>;
  remove(ids: readonly string[]): Promise<void>;
  /** Of one document, or all of a user; newest first. */
  drafts(of: Partial<EditsOf> & Pick<EditsOf, 'user'>): Promise<Draft[]>;
  /** Keeps the draft and lets go, in one step, of the kept edits that are in it. */
  addDraft(draft: Draft, ids: readonly string[]): Promise<void>;
  removeDraft(id: string): Promise<void>;
}
