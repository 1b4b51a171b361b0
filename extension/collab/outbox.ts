import * as Y from 'yjs';
import type { SendUpdate, SentFrame } from './counting-socket.ts';

/** One thing done in this page that is not known to be durable on the server. */
export interface Edit {
  /** Unique; ends in `:`, the edit's number within its page, and for an edit that has grown more after a point. */
  readonly id: string;
  /** A Yjs update. */
  readonly update: Uint8Array;
  /** False for what nobody wrote: notes that the page itself makes in the document's state. */
  readonly content: boolean;
  /** Milliseconds since the epoch of its last change. */
  readonly at: number;
}

interface Added {
  /** False for what nobody wrote. */
  readonly content: boolean;
  /**
   * It cannot be sent now, so that it may become one with the edit before it. One that is sent by
   * itself must not: its acknowledgement would take that edit along.
   */
  readonly gather?: boolean;
  /** Kept edits that it is made of. */
  readonly keys?: readonly string[];
}

interface Waiting {
  /** Another one whenever it grows: another tab may be done with what it was, and lets go of that id. */
  id: string;
  updates: Uint8Array[];
  bytes: number;
  content: boolean;
  at: number;
  /** When it began: edits within a moment of each other count as one. */
  readonly since: number;
  /** Number of the frame of this connection that carries it. */
  frame: number | undefined;
  /** It is on the device as it is now. */
  kept: boolean;
  /** Keys of kept edits that are done with when this one is durable. */
  readonly keys: string[];
}

/** Edits that follow each other within this time are one, in milliseconds… */
const MOMENT = 1_000;
/** … up to this many … */
const LARGEST = 200;
/** … and bytes, since an edit is sent and kept as one. */
const MOST_BYTES = 1 << 20;

/**
 * What was written in this page and is not known to be durable on the server: a list in the order
 * of writing, pure bookkeeping.
 *
 * An edit enters with `add`, is `sent` in a frame of the current connection, and leaves when that
 * frame is acknowledged. A lost connection makes all of them unsent again: the answer to the
 * server's first question on the next one carries whatever the server lacks. Edits made while
 * nothing can be sent are gathered, so that an afternoon offline stays small.
 */
export class Outbox {
  readonly #page: string;
  readonly #now: () => number;
  #waiting: Waiting[] = [];
  #done: string[] = [];
  #count = 0;
  #growths = 0;

  /** `page` tells this page's edits from those of every other page. */
  constructor(page: string, now: () => number = Date.now) {
    this.#page = page;
    this.#now = now;
  }

  /** Edits with content that are not durable; what follows within a moment is one edit. */
  get unsaved(): number {
    let count = 0;
    let last = Number.NEGATIVE_INFINITY;
    for (const { content, since, at } of this.#waiting) {
      if (!content) continue;
      if (since - last > MOMENT) count += 1;
      last = at;
    }
    return count;
  }

  /** True when every edit with content is on the device. */
  get kept(): boolean {
    return this.#needed.every(({ kept }) => kept);
  }

  /** The edits with content and all before them: Yjs takes in nothing that has a gap before it. */
  get #needed(): readonly Waiting[] {
    return this.#waiting.slice(0, this.#waiting.findLastIndex(({ content }) => content) + 1);
  }

  /** How long the oldest has waited, in milliseconds; 0 when none does. */
  get age(): number {
    const oldest = this.#waiting[0];
    return oldest === undefined ? 0 : this.#now() - oldest.since;
  }

  add(update: Uint8Array, { content, gather = false, keys = [] }: Added): void {
    const now = this.#now();
    const last = this.#waiting.at(-1);
    const joins = last !== undefined && last.frame === undefined && now - last.at <= MOMENT;
    if (gather && joins && last.updates.length < LARGEST && last.bytes + update.length <= MOST_BYTES) {
      last.updates.push(update);
      last.bytes += update.length;
      last.content ||= content;
      last.at = now;
      this.#growths += 1;
      last.id = `${this.#page}:${this.#count}.${this.#growths}`;
      last.kept = false;
      last.keys.push(...keys);
      return;
    }
    this.#count += 1;
    const id = `${this.#page}:${this.#count}`;
    this.#waiting.push({
      id,
      updates: [update],
      bytes: update.length,
      content,
      at: now,
      since: now,
      frame: undefined,
      kept: false,
      keys: [...keys],
    });
  }

  /** A frame left: with `whole` it carries every edit not sent before it, otherwise the newest alone. */
  sent({ number, whole }: SentFrame): void {
    for (const edit of whole ? this.#waiting : this.#waiting.slice(-1)) edit.frame ??= number;
  }

  /** About the bytes of the largest edit that is not under way. */
  get largest(): number {
    return this.#waiting.reduce((most, { frame, bytes }) => (frame === undefined ? Math.max(most, bytes) : most), 0);
  }

  /** Sends everything that is not under way, in order and each edit by itself. */
  sendEach(send: SendUpdate): void {
    for (const waiting of this.#waiting) waiting.frame ??= send(edit(waiting).update);
  }

  /** Everything up to this frame is durable, or was rejected before. */
  acknowledge(frame: number): void {
    this.#leave((edit) => edit.frame !== undefined && edit.frame <= frame);
  }

  /** The frame was not taken. Answers whether anything that somebody wrote was in it. */
  reject(frame: number): boolean {
    const written = this.#waiting.some((edit) => edit.frame === frame && edit.content);
    if (!written) this.#leave((edit) => edit.frame === frame);
    return written;
  }

  /** The connection is gone, and with it the numbers of its frames. */
  disconnect(): void {
    for (const edit of this.#waiting) edit.frame = undefined;
  }

  /** Everything here has found another place. */
  clear(): void {
    this.#leave(() => true);
  }

  /** What is not on the device yet, in order. */
  toKeep(): Edit[] {
    return this.#needed.filter(({ kept }) => !kept).map(edit);
  }

  /** These are on the device; one that has grown meanwhile is not. */
  markKept(edits: readonly Edit[]): void {
    const times = new Map(edits.map(({ id, at }) => [id, at]));
    for (const waiting of this.#waiting) {
      if (times.get(waiting.id) !== waiting.at) continue;
      waiting.kept = true;
      // What is kept now has in it what was kept before.
      this.#done.push(...waiting.keys.splice(0).filter((key) => key !== waiting.id));
      waiting.keys.push(waiting.id);
    }
  }

  /** Keys of kept edits that are not needed any more; each is told once. */
  takeDone(): string[] {
    return this.#done.splice(0);
  }

  #leave(gone: (edit: Waiting) => boolean): void {
    const leaving = this.#waiting.filter(gone);
    if (leaving.length === 0) return;
    // Its own key too: keeping it may be under way.
    for (const { id, keys } of leaving) this.#done.push(...new Set([...keys, id]));
    this.#waiting = this.#waiting.filter((edit) => !gone(edit));
  }
}

function edit(waiting: Waiting): Edit {
  const { id, content, at, updates } = waiting;
  const update = updates.length === 1 && updates[0] !== undefined ? updates[0] : Y.mergeUpdates(updates);
  waiting.updates = [update];
  return { id, update, content, at };
}
