import { CancelledError } from '@daybook/shared/errors/error';
import type { Disposer } from '@daybook/shared/ports/disposer';
import type { DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/**
 * Connections for reading results. One connection runs one query at a time: a second one on the
 * same connection would cut the first one short.
 */
export class ConnectionPool {
  private readonly instance: DuckDBInstance;
  private readonly limit: number;
  private readonly idle: DuckDBConnection[] = [];
  private readonly busy = new Map<DuckDBConnection, Promise<unknown>>();
  private readonly waiting: (() => void)[] = [];
  private open = 0;
  private closed = false;

  constructor(instance: DuckDBInstance, limit = 4) {
    this.instance = instance;
    this.limit = limit;
  }

  /** Runs `work` with a connection of its own, waiting for one when all are in use. */
  async use<T>(work: (connection: DuckDBConnection) => Promise<T>): Promise<T> {
    const connection = await this.take();
    const done = work(connection);
    this.busy.set(connection, done);
    try {
      return await done;
    } finally {
      this.busy.delete(connection);
      this.idle.push(connection);
      this.waiting.shift()?.();
    }
  }

  /** Interrupts what runs and waits for its end; whoever waits is refused. */
  async close(): Promise<void> {
    this.closed = true;
    for (const resume of this.waiting.splice(0)) resume();
    const stops = [...this.busy.keys()].map(interruptUntilDone);
    await Promise.allSettled(this.busy.values());
    for (const stop of stops) stop();
    for (const connection of this.idle.splice(0)) connection.closeSync();
  }

  private async take(): Promise<DuckDBConnection> {
    for (;;) {
      if (this.closed) throw new CancelledError('The data engine was closed.');
      const idle = this.idle.pop();
      if (idle !== undefined) return idle;
      if (this.open < this.limit) {
        this.open += 1;
        return this.instance.connect();
      }
      await new Promise<void>((resolve) => this.waiting.push(resolve));
    }
  }
}

/** Runs what it is given one after the other, whatever became of the one before. */
export class Queue {
  private tail: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.tail.then(work, work);
    this.tail = turn.catch(() => undefined);
    return turn;
  }

  /** Resolves when everything given so far has ended. */
  async idle(): Promise<void> {
    await this.tail;
  }
}

const INSIST_MS = 20;

/**
 * Interrupts what runs on the connection, again and again until the disposer is called: DuckDB
 * forgets an interrupt that arrives between preparing a query and running it.
 */
export function interruptUntilDone(connection: DuckDBConnection): Disposer {
  connection.interrupt();
  const timer = setInterval(() => connection.interrupt(), INSIST_MS);
  return () => clearInterval(timer);
}
