import { SESSION_LIFE } from './sessions.ts';

/*
 * Browsers do not keep cookies of different ports apart, so the port is part of the name: two
 * servers on one machine do not sign each other's users out.
 */

/** Name of the session cookie for requests to this `Host`. */
export function cookieName(host: string | undefined): string {
  return `daybook-session-${/:(\d+)$/.exec(host ?? '')?.[1] ?? 'web'}`;
}

/** Value of the session cookie in a `Cookie` header. */
export function sessionCookie(header: string | undefined, host: string | undefined): string | undefined {
  const name = cookieName(host);
  for (const part of (header ?? '').split(';')) {
    const equals = part.indexOf('=');
    if (equals > 0 && part.slice(0, equals).trim() === name) return part.slice(equals + 1).trim();
  }
  return undefined;
}

/** A `Set-Cookie` value; without an id it removes the cookie. */
export function setCookie(host: string | undefined, id: string | undefined): string {
  const age = id === undefined ? 0 : SESSION_LIFE / 1000;
  return `${cookieName(host)}=${id ?? ''}; Path=/; Max-Age=${age}; HttpOnly; SameSite=Lax`;
}
