import type { Connection } from './connection.ts';

/** Milliseconds that everybody may be kept waiting. */
const PATIENCE = 5_000;

/**
 * Moments in which nothing new is read from a room's clients: their sockets hold it back, and nothing
 * is lost. A few frames that had been read already may still come.
 */
export class Quiet {
  readonly #clients: () => Iterable<Connection>;
  readonly #patience: number;
  /** How many moments there are now. */
  #now = 0;

  constructor(clients: () => Iterable<Connection>, patience = PATIENCE) {
    this.#clients = clients;
    this.#patience = patience;
  }

  /** Somebody came, maybe in such a moment. */
  join(client: Connection): void {
    if (this.#now > 0) client.pause('quiet');
  }

  /** Does `work`. When that takes too long, it goes on and the moment ends all the same. */
  async during<T>(work: () => Promise<T>): Promise<T> {
    this.#now += 1;
    for (const client of this.#clients()) client.pause('quiet');
    let over = false;
    const end = () => {
      if (over) return;
      over = true;
      this.#now -= 1;
      if (this.#now === 0) for (const client of this.#clients()) client.resume('quiet');
    };
    const timer = setTimeout(end, this.#patience);
    try {
      return await work();
    } finally {
      clearTimeout(timer);
      end();
    }
  }
}
