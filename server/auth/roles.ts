/** What somebody may be to a document, from most to least. */
export const ROLES = ['owner', 'editor', 'commenter', 'viewer'] as const;
export type Role = (typeof ROLES)[number];

/**
 * What can be done: `read` (see it, and be seen in it), `comment`, `edit` (change documents and
 * files), `run` (have a kernel execute code), `manage` (accounts, settings of everybody).
 */
export const ACTIONS = ['read', 'comment', 'edit', 'run', 'manage'] as const;
export type Action = (typeof ACTIONS)[number];

const ALLOWED: Readonly<Record<Role, ReadonlySet<Action>>> = {
  owner: new Set(ACTIONS),
  editor: new Set(['read', 'comment', 'edit', 'run']),
  commenter: new Set(['read', 'comment']),
  viewer: new Set(['read']),
};

/** The one place that says who may do what. */
export function allows(role: Role, action: Action): boolean {
  return ALLOWED[role].has(action);
}
