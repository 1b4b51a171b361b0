import type { RoomState } from '../../collab/room-state.ts';
import type { LinkState } from './server-link.ts';

/** What is known about whether a document is safe. */
export interface SavedFacts {
  /** Whether the server answers this tab, and knows who asks. */
  readonly link: LinkState;
  /** How the document stands with its room; `undefined` for a document without a room. */
  readonly room: RoomState | undefined;
  /** Changes that are not in the file yet. For a document with a room they are safe before. */
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
  const { room, link } = facts;
  const closed = room?.closed;
  if (closed !== undefined && link !== 'signed-out') {
    const unsaved = room?.unsaved ?? 0;
    return unsaved > 0
      ? { kind: 'failed', label: `Not saved: ${edits(unsaved)}`, detail: closed.text }
      : { kind: 'read-only', label: 'Read-only', detail: closed.text };
  }
  if (facts.readOnly) {
    return { kind: 'read-only', label: 'Read-only', detail: 'You can look and copy; you may not change it.' };
  }
  if (link === 'signed-out') {
    return {
      kind: 'signed-out',
      label: `Signed out${waiting(room)}`,
      detail: closed?.text ?? `You are signed out. ${whereItIs(room)} It is sent as soon as you have signed in again.`,
    };
  }
  const opening = room?.opened === false;
  const away = link === 'away' || (room?.connected === false && !opening);
  if (facts.saveError !== '' && !away) {
    return { kind: 'failed', label: `Not saved: ${facts.saveError}`, detail: facts.saveError };
  }
  if (away) {
    return {
      kind: 'offline',
      label: `Offline${waiting(room)}`,
      detail: `The server cannot be reached. ${whereItIs(room)} It is sent as soon as the server answers.`,
    };
  }
  if (opening) return { kind: 'saving', label: 'Opening…', detail: 'The document is on its way from the server.' };
  const unsaved = room === undefined ? facts.dirty || facts.saving : room.unsaved > 0;
  if (unsaved && room?.late === true) {
    // Marked as being offline is: what is written is safe here and nowhere else.
    return {
      kind: 'offline',
      label: `Not stored yet${waiting(room)}`,
      detail: `The server answers, but cannot store what you write; its disk or database may be in trouble. ${whereItIs(room)} It is stored as soon as the server can.`,
    };
  }
  if (unsaved) return { kind: 'saving', label: 'Saving…', detail: 'Your changes are on their way to the server.' };
  return {
    kind: 'saved',
    label: 'Saved',
    detail:
      room !== undefined && facts.dirty
        ? 'Everything is stored on the server; the file follows in a moment.'
        : 'Everything is stored on the server and in the file.',
  };
}

/** ` · 3 unsaved edits kept on this device`, or nothing. */
function waiting(room: RoomState | undefined): string {
  if (room === undefined || room.unsaved === 0) return '';
  return ` · ${edits(room.unsaved)} ${isOnlyHere(room) ? 'only in this tab' : 'kept on this device'}`;
}

function whereItIs(room: RoomState | undefined): string {
  if (room === undefined) return 'What you write stays in this tab.';
  if (room.keepError !== undefined) return `What you write is only in this tab, so keep it open: ${room.keepError}.`;
  return 'What you write is kept on this device.';
}

/** A write to the device that is under way does not count as trouble. */
function isOnlyHere({ kept, keepError }: RoomState): boolean {
  return !kept && keepError !== undefined;
}

function edits(count: number): string {
  return count === 1 ? '1 unsaved edit' : `${count} unsaved edits`;
}
