import { REJECT, ROOM_CLOSE } from '@daybook/shared/api/room-messages';
import { DaybookError } from '@daybook/shared/errors/error';
import type { Logger } from 'pino';
import * as Y from 'yjs';
import { Acknowledgements } from './acknowledgements.ts';
import type { Authors } from './admission/authors.ts';
import { judge } from './admission/judge.ts';
import { type ScannedUpdate, scanUpdate } from './admission/scan.ts';
import type { Budget } from './budget.ts';
import type { Received } from './commit-queue.ts';
import type { Connection } from './connection.ts';
import type { SharedDocument } from './shared-document.ts';
import { encodeAsk } from './wire.ts';

/** Bytes of a client's updates that may wait for others before them. */
const MOST_HELD = 256 << 10;

/** Bytes of a client's updates that may wait to be durable before no more are read. */
const MOST_WAITING = 8 << 20;

export interface IntakeOptions {
  readonly document: SharedDocument;
  readonly authors: Authors;
  readonly budget: Budget;
  /** Hands an update on; `admit` is asked about it when its turn comes. */
  readonly enqueue: (received: Received<Connection>) => void;
  readonly log: Logger;
}

/** What is known of a client's updates. */
interface Member {
  readonly acks: Acknowledgements;
  /** Updates that build on something that is not here yet. */
  early: Received<Connection>[];
  /** Bytes received and not dealt with. */
  waiting: number;
}

/**
 * What clients write, from the socket until it is durable: read and judged before anything of it is
 * applied, held back while something before it is missing, and told of at the end, by an
 * acknowledgement or a rejection.
 */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #members = new Map<Connection, Member>();

  constructor(options: IntakeOptions) {
    this.#options = options;
  }

  join(client: Connection): void {
    this.#members.set(client, { acks: new Acknowledgements(), early: [], waiting: 0 });
  }

  leave(client: Connection): void {
    this.#members.delete(client);
  }

  /** Takes an update from a socket; throws for what is none. */
  receive(client: Connection, update: Uint8Array): void {
    const member = this.#members.get(client);
    if (member === undefined) return;
    const seq = member.acks.next();
    const scanned = this.#scan(client, update, seq);
    if (scanned === undefined) return;
    member.waiting += update.length;
    if (member.waiting > MOST_WAITING) client.pause('backlog');
    this.#options.enqueue({ update, scanned, sender: client, seq });
  }

  /** What to do with an update, with the document as it is before it; see `CommitQueueOptions.admit`. */
  admit(received: Received<Connection>): 'take' | 'known' | 'leave' {
    const { document, authors, budget } = this.#options;
    const { sender, scanned, seq } = received;
    const user = sender.identity.id;
    const verdict = judge(scanned, {
      doc: document.doc,
      layout: document.layout,
      mayEdit: sender.may('edit'),
      mayUse: (client) => authors.lenient || authors.mayUse(client, user),
      full: budget.full,
    });
    switch (verdict.type) {
      case 'known':
        return 'known';
      case 'take':
        for (const client of verdict.authors) authors.bind(client, user);
        return 'take';
      case 'early':
        this.#holdBack(received);
        return 'leave';
      case 'reject':
        this.#done(received);
        this.#reject(sender, seq, new DaybookError(verdict.code, verdict.reason));
        return 'leave';
    }
  }

  /** Something of these clients was applied: what waited for it may not have to wait any more. */
  applied(senders: readonly Connection[]): void {
    for (const sender of senders) {
      for (const received of this.#members.get(sender)?.early.splice(0) ?? []) this.#options.enqueue(received);
    }
  }

  /** These are durable. */
  settled(received: readonly Received<Connection>[]): void {
    const told = new Map<Connection, number>();
    for (const each of received) {
      this.#done(each);
      const upTo = this.#members.get(each.sender)?.acks.settle(each.seq);
      if (upTo !== undefined) told.set(each.sender, upTo);
    }
    for (const [client, seq] of told) client.tell({ type: 'durableAck', seq });
  }

  /** A frame that cannot be read, or an update that Yjs does not take: nobody but an attacker sends it. */
  refuse(client: Connection, error: unknown): void {
    this.#options.log.warn({ err: error, user: client.identity.id }, 'client sent a bad frame');
    client.close(ROOM_CLOSE.malformed, error instanceof DaybookError ? error.message : 'a frame could not be read');
  }

  /** Answers nothing for an update that no document may hold, which is rejected. */
  #scan(client: Connection, update: Uint8Array, seq: number): ScannedUpdate | undefined {
    try {
      return scanUpdate(update);
    } catch (error) {
      if (!(error instanceof DaybookError)) throw error;
      this.#reject(client, seq, error);
      return undefined;
    }
  }

  /** Keeps an update until what it builds on is here, and asks its sender for that. */
  #holdBack(received: Received<Connection>): void {
    const { sender, seq, update } = received;
    const member = this.#members.get(sender);
    if (member === undefined) return; // it left, and was never told that this is kept
    const held = member.early.reduce((sum, each) => sum + each.update.length, update.length);
    if (held > MOST_HELD) {
      this.#done(received);
      const message = 'It builds on changes that never came. Load the document anew.';
      this.#reject(sender, seq, new DaybookError(REJECT.missingChanges, message));
      return;
    }
    member.early.push(received);
    if (member.early.length === 1) sender.send(encodeAsk(Y.encodeStateVector(this.#options.document.doc)));
  }

  /** An update's bytes do not wait any more. */
  #done({ sender, update }: Received<Connection>): void {
    const member = this.#members.get(sender);
    if (member === undefined) return;
    member.waiting -= update.length;
    if (member.waiting <= MOST_WAITING / 2) sender.resume('backlog');
  }

  /**
   * A client that knows of rejections is told of this one. A stock client would go on with something
   * that nobody else has: it is closed for good, unless it is one that may not write, whose page
   * writes small things by itself.
   */
  #reject(client: Connection, seq: number, { code, message }: DaybookError): void {
    const { id, role } = client.identity;
    this.#options.log.warn({ code, user: id, role, reason: message }, 'client’s change was refused');
    client.tell({ type: 'reject', code, reason: message, seq });
    const upTo = this.#members.get(client)?.acks.settle(seq);
    if (upTo !== undefined) client.tell({ type: 'durableAck', seq: upTo });
    if (!client.extended && client.may('edit')) client.close(ROOM_CLOSE.malformed, message);
  }
}
