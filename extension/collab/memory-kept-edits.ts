import type { Draft, KeptEdits } from './kept-edits.ts';
import type { Edit } from './outbox.ts';

/** Keeps edits only as long as it lives: for tests. */
export function createMemoryKeptEdits(): KeptEdits {
  const edits = new Map<string, Edit & { readonly document: string; readonly user: string }>();
  const drafts = new Map<string, Draft>();
  return {
    load: async (at) =>
      [...edits.values()]
        .filter(({ document, user }) => document === at.document && user === at.user)
        .map(({ document: _d, user: _u, ...edit }) => edit),
    put: async (at, added) => {
      for (const edit of added) edits.set(edit.id, { ...edit, ...at });
    },
    remove: async (ids) => {
      for (const id of ids) edits.delete(id);
    },
    drafts: async ({ user, document }) =>
      [...drafts.values()]
        .filter((draft) => draft.user === user && (document === undefined || draft.document === document))
        .sort((a, b) => b.at - a.at),
    addDraft: async (draft, ids) => {
      drafts.set(draft.id, draft);
      for (const id of ids) edits.delete(id);
    },
    removeDraft: async (id) => void drafts.delete(id),
  };
}
