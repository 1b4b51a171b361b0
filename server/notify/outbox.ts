/**
 * What people are to be told, on its way from a transaction to the sinks.
 *
 * `tellLater` writes a row in the transaction of what it is about: either both are stored or
 * neither. `startOutbox` takes rows one by one, in order, hands what they mean to every sink, and
 * removes a row only when all of them took it. A process that ends between the two, however it ends,
 * leaves the row to the next one, so a sink may be given the same notice twice and must know it by
 * its id.
 */
import { asc, eq, lte, sql } from 'drizzle-orm';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { Database, Orm } from '../db/database.ts';
import { outbox } from '../db/schema.ts';
import { type Notice, noticesFor } from './notices.ts';

export type Tx = Parameters<Parameters<Orm['transaction']>[0]>[0];

/** A place where notices go: the centre in the top bar; later mail and push. */
export interface NotificationSink {
  readonly name: string;
  /** Resolves when these are kept. A notice that was given before must change nothing. */
  deliver(notices: readonly Notice[]): Promise<void>;
}

const CommentWritten = z.object({
  comment: z.uuid(),
  /** Whom it mentions and has not mentioned before. */
  mentions: z.array(z.string()),
  /** Whether it also answers those who wrote in its thread. */
  reply: z.boolean(),
});
export type CommentWritten = z.infer<typeof CommentWritten>;

const KIND = 'comment';

/** Has people told of a comment once `tx` is committed. */
export async function tellLater(tx: Tx, body: CommentWritten): Promise<void> {
  // Due whatever the clocks of this server and of the database say.
  await tx.insert(outbox).values({ kind: KIND, body, due: new Date(0) });
}

export interface Outbox {
  /** Looks for new rows now. Call it after a commit; rows are found without it, later. */
  nudge(): void;
  /** Ends the delivery under way and stops. */
  close(): Promise<void>;
}

export interface OutboxOptions {
  readonly sinks: readonly NotificationSink[];
  readonly log: Logger;
  /** Told what all sinks have taken. */
  readonly delivered?: (notices: readonly Notice[]) => void;
  /** Milliseconds between looks at rows that nobody nudged for. */
  readonly every?: number;
  readonly now?: () => number;
}

/** Milliseconds until a row is tried again, by how often it failed: a second, doubling, an hour at most. */
const retryAfter = (attempts: number): number => Math.min(3_600_000, 1_000 * 2 ** Math.min(attempts, 12));

export function startOutbox(
  { orm }: Pick<Database, 'orm'>,
  { sinks, log, delivered = () => undefined, every = 5_000, now = Date.now }: OutboxOptions,
): Outbox {
  let closed = false;
  let wanted = false;
  let working: Promise<void> | undefined;

  function nudge(): void {
    wanted = true;
    working ??= run().finally(() => {
      working = undefined;
      if (wanted && !closed) nudge();
    });
  }

  async function run(): Promise<void> {
    wanted = false;
    try {
      while (!closed && (await deliverOne())) {
        // Row by row: one that fails holds up none behind it.
      }
    } catch (error) {
      log.warn({ err: error }, 'notifications wait: the outbox cannot be read');
    }
  }

  /** False when nothing is due. */
  async function deliverOne(): Promise<boolean> {
    let told: readonly Notice[] = [];
    const found = await orm.transaction(async (tx) => {
      const [row] = await tx
        .select()
        .from(outbox)
        .where(lte(outbox.due, new Date(now())))
        .orderBy(asc(outbox.due), asc(outbox.number))
        .limit(1)
        // Another server may be at another row; one that ends gives its row back.
        .for('update', { skipLocked: true });
      if (row === undefined) return false;
      try {
        told = await noticesOf(tx, row);
        for (const sink of sinks) await sink.deliver(told);
        await tx.delete(outbox).where(eq(outbox.number, row.number));
      } catch (error) {
        told = [];
        log.error({ err: error, number: row.number, attempts: row.attempts + 1 }, 'a notification was not delivered');
        await tx
          .update(outbox)
          .set({ attempts: sql`${outbox.attempts} + 1`, due: new Date(now() + retryAfter(row.attempts)) })
          .where(eq(outbox.number, row.number));
      }
      return true;
    });
    if (told.length > 0) delivered(told);
    return found;
  }

  const timer = setInterval(nudge, every);
  timer.unref();
  nudge();
  return {
    nudge,
    async close() {
      closed = true;
      clearInterval(timer);
      await working;
    },
  };
}

async function noticesOf(tx: Tx, { kind, body }: { readonly kind: string; readonly body: unknown }): Promise<Notice[]> {
  if (kind !== KIND) throw new Error(`an outbox row of the unknown kind “${kind}”`);
  return noticesFor(tx, CommentWritten.parse(body));
}
