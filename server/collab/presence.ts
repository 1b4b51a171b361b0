import * as decoding from 'lib0/decoding';
import * as encoding from 'lib0/encoding';
import { Awareness, applyAwarenessUpdate, encodeAwarenessUpdate, removeAwarenessStates } from 'y-protocols/awareness';
import type * as Y from 'yjs';
import type { Identity } from '../auth/identity.ts';

/** Bytes of one client's state as JSON; a larger one is dropped. */
const LARGEST_STATE = 4096;

/** Entries of one message that are read; stock clients repeat what they hear of everybody. */
const MOST_ENTRIES = 1_000;

/** Milliseconds in which changes are gathered before all are told at once. */
const GATHER = 50;

/** Who may be seen under which client id, where that matters. */
export interface PresenceClaims {
  mayUse(client: number, user: string): boolean;
  reserve(client: number, user: string): void;
  release(client: number): void;
}

const ANYBODY: PresenceClaims = { mayUse: () => true, reserve: () => {}, release: () => {} };

/**
 * Who is in a room, and where their cursors are.
 *
 * A connection speaks for the one client id that it named first, never for another's (stock clients
 * echo what they hear), and always under its own identity. Every accepted state goes to all
 * connections, the sender included: y-websocket takes 30 s of silence for a lost connection.
 */
export class Presence {
  readonly #awareness: Awareness;
  readonly #claims: PresenceClaims;
  readonly #broadcast: (entries: Uint8Array) => void;
  readonly #owners = new Map<number, object>();
  readonly #clients = new WeakMap<object, number>();
  readonly #changed = new Set<number>();
  #timer: NodeJS.Timeout | undefined;

  constructor(doc: Y.Doc, broadcast: (entries: Uint8Array) => void, claims: PresenceClaims = ANYBODY) {
    this.#claims = claims;
    this.#broadcast = broadcast;
    this.#awareness = new Awareness(doc);
    this.#awareness.setLocalState(null);
    this.#awareness.on('update', ({ added, updated, removed }: Record<'added' | 'updated' | 'removed', number[]>) => {
      for (const client of [...added, ...updated, ...removed]) this.#changed.add(client);
      for (const client of removed) this.#forget(client);
      this.#timer ??= setTimeout(() => this.#tell(), GATHER);
    });
  }

  /** Takes in what `owner` says of its own clients; the rest of the message is ignored. */
  receive(entries: Uint8Array, owner: object, identity: Identity): void {
    const own = decodeEntries(entries).filter((entry) => this.#accept(entry, owner, identity.id));
    if (own.length === 0) return;
    const signed = own.map((entry) => ({ ...entry, state: sign(entry.state, identity) }));
    applyAwarenessUpdate(this.#awareness, encodeEntries(signed), owner);
  }

  /** All states, or `undefined` when there are none. */
  states(): Uint8Array | undefined {
    const clients = [...this.#awareness.getStates().keys()];
    return clients.length === 0 ? undefined : encodeAwarenessUpdate(this.#awareness, clients);
  }

  /** The connection is gone, and its cursors with it. */
  leave(owner: object): void {
    const clients = [...this.#owners].filter(([, each]) => each === owner).map(([client]) => client);
    removeAwarenessStates(this.#awareness, clients, owner);
    for (const client of clients) this.#forget(client);
  }

  destroy(): void {
    clearTimeout(this.#timer);
    this.#awareness.destroy();
  }

  #accept({ client, state }: Entry, owner: object, user: string): boolean {
    if (Buffer.byteLength(state) > LARGEST_STATE) return false;
    const known = this.#owners.get(client);
    if (known !== undefined) return known === owner;
    const own = this.#clients.get(owner) ?? client;
    if (state === 'null' || own !== client || !this.#claims.mayUse(client, user)) return false;
    this.#owners.set(client, owner);
    this.#clients.set(owner, client);
    this.#claims.reserve(client, user);
    return true;
  }

  #tell(): void {
    this.#timer = undefined;
    const clients = [...this.#changed].filter((client) => this.#awareness.meta.has(client));
    this.#changed.clear();
    if (clients.length > 0) this.#broadcast(encodeAwarenessUpdate(this.#awareness, clients));
  }

  #forget(client: number): void {
    this.#owners.delete(client);
    this.#claims.release(client);
  }
}

interface Entry {
  readonly client: number;
  readonly clock: number;
  /** JSON. */
  readonly state: string;
}

function decodeEntries(entries: Uint8Array): Entry[] {
  const decoder = decoding.createDecoder(entries);
  const count = Math.min(decoding.readVarUint(decoder), MOST_ENTRIES);
  const found: Entry[] = [];
  for (let index = 0; index < count; index += 1) {
    const client = decoding.readVarUint(decoder);
    const clock = decoding.readVarUint(decoder);
    found.push({ client, clock, state: decoding.readVarString(decoder) });
  }
  return found;
}

function encodeEntries(entries: readonly Entry[]): Uint8Array {
  return encoding.encode((encoder) => {
    encoding.writeVarUint(encoder, entries.length);
    for (const { client, clock, state } of entries) {
      encoding.writeVarUint(encoder, client);
      encoding.writeVarUint(encoder, clock);
      encoding.writeVarString(encoder, state);
    }
  });
}

/** Puts the connection's own identity over the one the client claims. */
function sign(json: string, { id, name, displayName, initials, color }: Identity): string {
  const state: unknown = JSON.parse(json);
  if (typeof state !== 'object' || state === null || !('user' in state)) return json;
  const claimed = typeof state.user === 'object' && state.user !== null ? state.user : {};
  const user = { ...claimed, username: id, name, display_name: displayName, initials, color };
  return JSON.stringify({ ...state, user });
}
