import type { Identity } from '../auth/identity.ts';
import type { StoredAuthor } from '../db/schema.ts';

export function authorOf({ id, displayName, initials, color }: Identity): StoredAuthor {
  return { id, name: displayName, initials, color };
}
