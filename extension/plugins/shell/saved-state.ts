import type { LinkState } from './server-link.ts';

/** What is known about whether a document is safe. */
export interface SavedFacts {
  /** Whether the server answers this tab, and knows who asks. */
  readonly link: LinkState;
  /** The document's room is connected; `undefined` for a document without a room. */
  readonly connected: boolean | undefined;
  readonly dirty: boolean;
  readonly saving: boolean;
  /** Why the server could not write the file, empty when it could. */
  readonly saveError: string;
  readonly readOnly: boolean;
}

export interface SavedState {
  readonly kind: 'saved' | 'saving' | 'offline' | 'signed-out' | 'failed' | 'read-only';
  /** Shown beside the dot. */
  readonly label: string;
  /** One sentence for those who ask. */
  readonly detail: string;
}

/** The one line that says whether a document is safe; trouble comes before progress. */
export function savedState(facts: SavedFacts): SavedState {
  if (facts.readOnly) {
    return { kind: 'read-only', label: 'Read only', detail: 'You can look and copy; changes are not kept.' };
  }
  if (facts.link === 'signed-out') {
    return {
      kind: 'signed-out',
      label: 'Signed out',
      detail: 'What you write stays in this tab and is sent as soon as you have signed in again.',
    };
  }
  if (facts.saveError !== '' && facts.link === 'up' && facts.connected !== false) {
    return { kind: 'failed', label: 'Could not save', detail: facts.saveError };
  }
  if (facts.link === 'away' || facts.connected === false) {
    return {
      kind: 'offline',
      label: 'Offline',
      detail: 'The server cannot be reached. What you write stays in this tab and is sent as soon as it answers.',
    };
  }
  if (facts.saving || facts.dirty) {
    return { kind: 'saving', label: 'Saving…', detail: 'Your changes are on their way to the file.' };
  }
  return { kind: 'saved', label: 'Saved', detail: 'Everything is in the file.' };
}
