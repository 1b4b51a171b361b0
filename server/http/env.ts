import type { HttpBindings } from '@hono/node-server';
import type { Logger } from 'pino';
import type { Identity } from '../auth/identity.ts';

/** What middleware leaves on a request for the handlers behind it. */
export interface AppEnv {
  Bindings: Partial<HttpBindings>;
  Variables: {
    requestId: string;
    log: Logger;
    /** Set by the guard on every path that is not public. */
    identity: Identity;
  };
}
