import { DaybookError } from '@daybook/shared/errors/error';
import type { Identity } from '../auth/identity.ts';
import { allows } from '../auth/roles.ts';

/*
 * Who may do what with a comment that is there. Whether somebody may comment at all is decided by
 * their role (`auth/roles.ts`) before.
 */

/** Nobody writes in another's name, whatever their role. */
export function mayEdit(identity: Identity, author: string): boolean {
  return identity.id === author;
}

/** One's own; those who manage the workspace may take away anybody's. */
export function mayRemove(identity: Identity, author: string): boolean {
  return identity.id === author || allows(identity.role, 'manage');
}

export function notYours(what: 'change' | 'delete'): DaybookError {
  return new DaybookError('not_your_comment', `This comment is somebody else’s; you may not ${what} it.`, {
    status: 403,
    action: 'Reply to it instead.',
  });
}

/** Whether a deleted comment leaves a trace: only where others have answered it. */
export function shown<C extends { readonly deleted: Date | null }>(comments: readonly C[]): C[] {
  const last = comments.findLastIndex(({ deleted }) => deleted === null);
  return comments.slice(0, last + 1);
}
