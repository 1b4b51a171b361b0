import type { Disposer } from './disposer.ts';

/**
 * Bus: short messages to every subscriber of a topic, in this process or in all of them.
 *
 * Delivery is at most once and, per publisher and topic, in order. A subscriber that throws does
 * not stop the others. Messages are JSON values of at most 1 MiB; anything larger belongs in the
 * blobs with its key on the bus. Losing the bus costs latency, never data.
 */
export interface Bus {
  /** Resolves when the message was handed to the transport. */
  publish(topic: string, message: Json): Promise<void>;
  /** Resolves when messages published from now on will arrive. */
  subscribe(topic: string, listener: (message: Json) => void): Promise<Disposer>;
  /** Fails when the transport cannot be reached; used by `/ready`. */
  check(): Promise<void>;
  close(): Promise<void>;
}

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
