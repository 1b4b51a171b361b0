import type { Settings } from './config/settings.ts';

export interface StartOptions {
  /** Read from the environment and the settings file unless given. */
  readonly settings?: Settings;
  /** Workspace folder; default one in the home, with the samples. */
  readonly folder?: string | undefined;
}

/** A server that answers requests. */
export interface Running {
  /** Without a token and without a slash at its end. */
  readonly url: string;
  readonly port: number;
  readonly token: string;
  readonly settings: Settings;
  /** Every route and WebSocket there is, for the test that knocks on all of them. */
  readonly doors: readonly Door[];
  /** Ends kernels, flushes documents, lets requests finish. Idempotent. */
  stop(): Promise<void>;
}

export interface Door {
  /** A method, `ALL`, or `WebSocket`. */
  readonly method: string;
  /** Hono's pattern, or an example for a WebSocket. */
  readonly path: string;
}
