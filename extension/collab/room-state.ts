/** Why the room takes nothing more from this page: for good, until the document is opened anew. */
export interface RoomClosed {
  /** One of `ROOM_CLOSE` or `REJECT`, or `reset`. */
  readonly code: string;
  /** What happened and what to do, in sentences. */
  readonly text: string;
}

/** What a page knows of one document and the server. */
export interface RoomState {
  /** The document has been in step with the server once. */
  readonly opened: boolean;
  /** The connection is up and the document in step with the server. */
  readonly connected: boolean;
  /** Edits made here that are not known to be durable on the server. */
  readonly unsaved: number;
  /** The server answers, but has had the oldest of them for a while and not stored it. */
  readonly late: boolean;
  /** All of them are on this device: they outlive the tab. */
  readonly kept: boolean;
  /** Why edits cannot be kept on this device; undefined while they can. */
  readonly keepError: string | undefined;
  readonly closed: RoomClosed | undefined;
  /** Counts up whenever a draft was made of this document. */
  readonly drafts: number;
}

/** Close codes of a room in words; `reason` is the server's own. */
export function closedBy(code: number, reason: string): RoomClosed {
  const told = reason.trim() === '' ? '' : ` The server says: ${sentence(reason)}`;
  return {
    code: String(code),
    text: `${WORDS[code] ?? 'The server ended the connection of this document for good.'}${told}`,
  };
}

const WORDS: Readonly<Record<number, string>> = {
  4400: 'The server could not read what this tab sent. Open the document anew to go on.',
  4403: 'You no longer have access to this document. Ask its owner, or sign in as somebody else.',
  4409: 'This document began anew on the server. What you see here is this tab’s copy of what was before.',
  4404: 'This document is no longer on the server. What you see here is this tab’s copy.',
};

function sentence(reason: string): string {
  const text = reason.trim();
  return /[.!?…]$/.test(text) ? text : `${text}.`;
}
