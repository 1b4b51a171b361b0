import { DaybookError } from '@daybook/shared/errors/error';
import { sessionCookie } from './cookie.ts';
import type { Identity } from './identity.ts';
import { checkOrigin } from './origin.ts';
import type { Sessions } from './sessions.ts';
import { createThrottle } from './throttle.ts';
import { sameSecret } from './token.ts';

/** What a request shows of itself, whether it came over HTTP or asks for a WebSocket. */
export interface Presented {
  readonly method: string;
  readonly address: string;
  readonly websocket: boolean;
  header(name: string): string | undefined;
  /** The `token` of the query, if any. */
  readonly queryToken: string | undefined;
}

export interface Auth {
  /**
   * Who this request is from; `undefined` when it brings nothing valid. Errors:
   * `cross_origin` (403) when a cookie was sent by another site, `too_many_attempts` (429).
   */
  identify(request: Presented): Identity | undefined;
  /** Checks a token and makes a browser session; `undefined` when the token is wrong. */
  signIn(token: string, address: string): Promise<string | undefined>;
  /** Ends the session of this request's cookie. */
  signOut(request: Presented): Promise<void>;
  readonly token: string;
}

export function createAuth(options: { token: string; sessions: Sessions; owner: Identity; now?: () => number }): Auth {
  const { token, sessions, owner, now = Date.now } = options;
  // People mistype a few times; a tab left open with an old token asks every other second.
  const logins = createThrottle({ limit: 10, now });
  const headers = createThrottle({ limit: 200, now });

  return {
    token,
    identify(request) {
      const shown = bearer(request.header('authorization')) ?? request.queryToken;
      if (shown !== undefined) {
        headers.check(request.address);
        if (sameSecret(shown, token)) return owner;
        headers.failed(request.address);
      }
      const id = sessionCookie(request.header('cookie'), request.header('host'));
      if (id === undefined || !sessions.isValid(id)) return undefined;
      checkOrigin(request);
      return owner;
    },
    async signIn(shown, address) {
      logins.check(address);
      if (!sameSecret(shown, token)) {
        logins.failed(address);
        return undefined;
      }
      logins.passed(address);
      return await sessions.create();
    },
    async signOut(request) {
      const id = sessionCookie(request.header('cookie'), request.header('host'));
      if (id !== undefined) await sessions.end(id);
    },
  };
}

/** The token of `Authorization: Bearer …` or Jupyter's `Authorization: token …`. */
function bearer(header: string | undefined): string | undefined {
  return /^(?:bearer|token)\s+(\S+)$/i.exec(header ?? '')?.[1];
}

/** The error of a request that needs a signed-in user and has none. */
export function notSignedIn(): DaybookError {
  return new DaybookError('not_signed_in', 'This needs a signed-in user.', {
    status: 401,
    action: 'Open the URL the server printed, or send “Authorization: Bearer <token>”.',
  });
}
