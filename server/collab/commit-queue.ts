import { DaybookError } from '@daybook/shared/errors/error';
import * as Y from 'yjs';
import type { ScannedUpdate } from './admission/scan.ts';

/** Origin of everything that came from a client's socket. */
export const FROM_CLIENT = 'client';

export interface CommitQueueOptions<Sender> {
  /** Makes the update durable. Called again with the same update until it succeeds. */
  readonly append: (update: Uint8Array) => Promise<void>;
  /** Told after `append` succeeded, in commit order. */
  readonly onCommit: (update: Uint8Array) => void;
  /**
   * Asked about each update, with the document as it is before it: `take` applies it, `known` has
   * nothing new, `leave` is dealt with elsewhere and does not settle here.
   */
  readonly admit: (received: Received<Sender>) => 'take' | 'known' | 'leave';
  /** Called after client updates were taken and before they are committed; may change the document. */
  readonly onApplied: (senders: readonly Sender[]) => void;
  readonly onRefused: (received: Received<Sender>, error: unknown) => void;
  /** Told when these updates, in the order of their arrival, are durable. */
  readonly onSettled: (received: readonly Received<Sender>[]) => void;
  readonly onAppendFailed: (error: unknown) => void;
  /** Milliseconds in which what clients send is gathered before it is committed; none unless told. */
  readonly window?: () => number;
  /** Milliseconds before the first and the longest wait between attempts to append. */
  readonly retry?: { readonly first: number; readonly longest: number };
}

/** An update as it came, and its number among those of its sender. */
export interface Received<Sender> {
  readonly update: Uint8Array;
  readonly scanned: ScannedUpdate;
  readonly sender: Sender;
  readonly seq: number;
}

/**
 * What stands between a document in memory and everybody who watches it: an update is appended to
 * the log before anyone hears of it. One append is under way at a time; what arrives meanwhile is
 * applied in one transaction, appended as one record and told as one update.
 */
export class CommitQueue<Sender> {
  readonly #doc: Y.Doc;
  readonly #options: CommitQueueOptions<Sender>;
  #inbox: Received<Sender>[] = [];
  #captured: Uint8Array[] = [];
  #readers: Reader[] = [];
  /** Those that wait for the append under way. */
  #answering: Reader[] = [];
  #running = false;
  #closed: Error | undefined;
  /** Ends the wait before the next attempt to append. */
  #wake: (() => void) | undefined;

  constructor(doc: Y.Doc, options: CommitQueueOptions<Sender>) {
    this.#doc = doc;
    this.#options = options;
  }

  /** From now on every change is made durable; what the document has by now is taken for durable. */
  start(): void {
    this.#doc.on('update', (update: Uint8Array) => {
      this.#captured.push(update);
      this.#kick();
    });
  }

  /** Takes in a client's update that was read already. */
  receive(received: Received<Sender>): void {
    this.#inbox.push(received);
    this.#kick();
  }

  /**
   * Runs `read` on a state that holds all received so far, and hands over what it gave once that
   * state is durable. Rejects with what `read` throws, and when the queue is closed, before or meanwhile.
   */
  read<T>(read: () => T): Promise<T> {
    if (this.#closed !== undefined) return Promise.reject(this.#closed);
    return new Promise<T>((resolve, reject) => {
      this.#readers.push({
        read: () => {
          try {
            const value = read();
            // One that fails before it is handed over has its taker all the same.
            if (value instanceof Promise) value.catch(() => undefined);
            return () => resolve(value);
          } catch (error) {
            // One that cannot be answered must not stop the queue for everybody.
            return () => reject(error);
          }
        },
        reject,
      });
      this.#kick();
    });
  }

  /** Resolves when everything received and changed so far is durable. */
  settle(): Promise<void> {
    return this.read(() => undefined);
  }

  /** Gives up what is not durable yet. For the end of a room whose log cannot be written. */
  close(reason: Error): void {
    this.#closed = reason;
    this.#wake?.();
    for (const { reject } of [...this.#answering.splice(0), ...this.#readers.splice(0)]) reject(reason);
  }

  #kick(): void {
    if (this.#running) return;
    this.#running = true;
    void this.#run();
  }

  /** Never rejects: a failing append is repeated, everything else has its own answer. */
  async #run(): Promise<void> {
    // One turn of the event loop lets frames that arrived together share a record.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#closed === undefined && this.#inbox.length + this.#captured.length + this.#readers.length > 0) {
      const window = this.#inbox.length === 0 ? 0 : (this.#options.window?.() ?? 0);
      if (window > 0) await this.#pause(window);
      if (this.#closed !== undefined) break;
      const settled = this.#apply(this.#inbox.splice(0));
      const captured = this.#captured.splice(0);
      this.#answering = this.#readers.splice(0);
      const answers = this.#answering.map(({ read }) => read());
      if (captured.length > 0) {
        const update = mergeAll(captured);
        if (!(await this.#append(update))) break;
        this.#options.onCommit(update);
      }
      // All that was captured before is durable, so an update that brought nothing new is too.
      this.#options.onSettled(settled);
      for (const answer of answers) answer();
      this.#answering = [];
    }
    this.#running = false;
  }

  /** Answers those that are durable once the next append is. */
  #apply(received: readonly Received<Sender>[]): Received<Sender>[] {
    const settled: Received<Sender>[] = [];
    const senders = new Set<Sender>();
    this.#doc.transact(() => {
      for (const each of received) {
        const verdict = this.#judge(each);
        if (verdict === 'leave') continue;
        if (verdict === 'take') {
          if (!this.#take(each)) continue;
          senders.add(each.sender);
        }
        settled.push(each);
      }
    }, FROM_CLIENT);
    this.#options.onApplied([...senders]);
    return settled;
  }

  #judge(received: Received<Sender>): 'take' | 'known' | 'leave' {
    try {
      return this.#options.admit(received);
    } catch (error) {
      this.#options.onRefused(received, error); // one that cannot be judged must not stop the queue for everybody
      return 'leave';
    }
  }

  #take(received: Received<Sender>): boolean {
    const { store } = this.#doc;
    try {
      Y.applyUpdate(this.#doc, received.update, FROM_CLIENT);
      if (store.pendingStructs === null && store.pendingDs === null) return true;
      // Only changes that wait for each other get here; kept, they would be tried again for ever.
      store.pendingStructs = null;
      store.pendingDs = null;
      throw new DaybookError('malformed_frame', 'an update has changes that wait for each other');
    } catch (error) {
      this.#options.onRefused(received, error);
      return false;
    }
  }

  async #append(update: Uint8Array): Promise<boolean> {
    const { first, longest } = this.#options.retry ?? { first: 100, longest: 5_000 };
    for (let wait = first; this.#closed === undefined; wait = Math.min(wait * 2, longest)) {
      try {
        await this.#options.append(update);
        return true;
      } catch (error) {
        this.#options.onAppendFailed(error);
        if (this.#closed === undefined) await this.#pause(wait);
      }
    }
    return false;
  }

  #pause(wait: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, wait);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}

interface Reader {
  readonly read: () => () => void;
  readonly reject: (reason: unknown) => void;
}

/** Merges in small groups: merging many updates at once takes time that grows with their square. */
function mergeAll(updates: readonly Uint8Array[]): Uint8Array {
  const [only] = updates;
  if (updates.length === 1 && only !== undefined) return only;
  const merged: Uint8Array[] = [];
  for (let at = 0; at < updates.length; at += 50) merged.push(Y.mergeUpdates(updates.slice(at, at + 50)));
  return mergeAll(merged);
}
