import type { DocumentLog } from '@daybook/shared/ports/document-log';
import { z } from 'zod';

const Records = z.array(z.tuple([z.number(), z.string()]));

/** Records in the log after which they are written as one. */
const MANY = 200;

/**
 * Whose each Yjs client id is. Whoever writes under an id first has it for good, so that nobody can
 * use up the numbers of another one's next changes, which would drop what that one types. Kept in
 * the log beside the document, where it is durable before the first change under the id is.
 */
export class Authors {
  readonly #log: DocumentLog;
  readonly #name: string;
  readonly #owners = new Map<number, string>();
  /** Ids that somebody is seen with but has not written under. */
  readonly #reserved = new Map<number, string>();
  #unsaved: [number, string][] = [];
  /** Set when part of the history is lost: then everybody may bring back what they have of it. */
  lenient = false;

  constructor(log: DocumentLog, name: string) {
    this.#log = log;
    this.#name = name;
  }

  async load(): Promise<void> {
    const { snapshot, updates } = await this.#log.load(this.#name);
    for (const record of snapshot === undefined ? updates : [snapshot, ...updates]) {
      for (const [client, user] of Records.parse(JSON.parse(new TextDecoder().decode(record)))) {
        this.#owners.set(client, user);
      }
    }
    if (updates.length > MANY) await this.#log.compact(this.#name, encode([...this.#owners]));
  }

  /** True unless the id is somebody else's. */
  mayUse(client: number, user: string): boolean {
    const owner = this.#owners.get(client) ?? this.#reserved.get(client);
    return owner === undefined || owner === user;
  }

  /** Keeps others from an id that is seen in a user's presence. */
  reserve(client: number, user: string): void {
    if (!this.#owners.has(client)) this.#reserved.set(client, user);
  }

  /** The user writes under the id from now on. */
  bind(client: number, user: string): void {
    if (this.#owners.has(client)) return;
    this.#owners.set(client, user);
    this.#reserved.delete(client);
    this.#unsaved.push([client, user]);
  }

  /** Lets go an id that was only seen. */
  release(client: number): void {
    this.#reserved.delete(client);
  }

  /** Makes all bindings so far durable; to be done before what was written under them. */
  async save(): Promise<void> {
    const records = this.#unsaved;
    if (records.length === 0) return;
    this.#unsaved = [];
    try {
      await this.#log.append(this.#name, encode(records));
    } catch (error) {
      this.#unsaved = [...records, ...this.#unsaved];
      throw error;
    }
  }
}

function encode(records: readonly [number, string][]): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(records));
}
