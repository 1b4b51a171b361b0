import { DaybookError } from '@daybook/shared/errors/error';
import type { Disposer } from '@daybook/shared/ports/disposer';
import { steadyNow } from '../time/steady-now.ts';
import { sessionCookie } from './cookie.ts';
import { type Identity, identityOf, userId } from './identity.ts';
import { checkOrigin } from './origin.ts';
import { type Action, allows } from './roles.ts';
import type { Session, Sessions } from './sessions.ts';
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
  /**
   * Tells within a second when an identity that `identify` gave is another one now, or none any
   * more because its session ended. For connections that outlive their request.
   */
  watch(identity: Identity, listener: (now: Identity | undefined) => void): Disposer;
  /** Checks a token and makes a browser session; `undefined` when the token is wrong. */
  signIn(token: string, address: string): Promise<string | undefined>;
  /** Ends the session of this request's cookie. */
  signOut(request: Presented): Promise<void>;
  readonly token: string;
}

export function createAuth(options: { token: string; sessions: Sessions; owner: Identity; now?: () => number }): Auth {
  const { token, sessions, owner, now = steadyNow } = options;
  // People mistype a few times; a tab left open with an old token asks every other second.
  const logins = createThrottle({ limit: 10, now });
  const headers = createThrottle({ limit: 200, now });
  const sessionOf = new WeakMap<Identity, string>();
  const holder = ({ user }: Session) =>
    user === undefined ? { ...owner } : identityOf(user.name, { id: userId(user.name), role: user.role });

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
      const session = id === undefined ? undefined : sessions.find(id);
      if (id === undefined || session === undefined) return undefined;
      checkOrigin(request);
      const identity = holder(session);
      sessionOf.set(identity, id);
      return identity;
    },
    watch(identity, listener) {
      const id = sessionOf.get(identity);
      if (id === undefined) return () => {}; // the token is good for as long as the server runs
      return sessions.watch(id, (session) => listener(session === undefined ? undefined : holder(session)));
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

/** Fails with `not_allowed` (403) when the identity's role does not reach so far. */
export function requireAction({ displayName, role }: Identity, action: Action): void {
  if (allows(role, action)) return;
  throw new DaybookError('not_allowed', `${displayName} is a ${role} here and may not ${action}.`, {
    status: 403,
    action: 'Ask an owner for a role that may.',
  });
}

/** The error of a request that needs a signed-in user and has none. */
export function notSignedIn(): DaybookError {
  return new DaybookError('not_signed_in', 'This needs a signed-in user.', {
    status: 401,
    action: 'Open the URL the server printed, or send “Authorization: Bearer <token>”.',
  });
}
