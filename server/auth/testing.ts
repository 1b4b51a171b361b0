/**
 * Users for tests, until there are accounts: sessions of any name and role in the home of a server,
 * which may be running or start later.
 *
 * ```ts
 * const ada = await mintSession(home, { name: 'ada', role: 'editor' });
 * await context.addCookies([browserCookie(daybook.url, ada)]);            // Playwright
 * await fetch(url, { headers: { cookie: cookieHeader(daybook.url, ada) } }); // programs, WebSockets
 * await endSession(home, ada);                                             // sockets close within a second
 * ```
 *
 * `home` is the folder of DAYBOOK_HOME. A browser with this cookie opens pages without `?token=`.
 */
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cookieName } from './cookie.ts';
import type { Role } from './roles.ts';
import { openSessions } from './sessions.ts';

export interface TestUser {
  readonly name: string;
  readonly role: Role;
}

/** Signs a user in; resolves with the session's secret id. */
export async function mintSession(home: string, { name, role }: TestUser): Promise<string> {
  const folder = join(home, 'auth');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return (await openSessions(folder)).create({ name, role });
}

/** Ends a session, as if the user had signed out elsewhere. */
export async function endSession(home: string, session: string): Promise<void> {
  await (await openSessions(join(home, 'auth'))).end(session);
}

/** The session as a cookie for Playwright's `context.addCookies`. */
export function browserCookie(url: string, session: string) {
  const { host, origin } = new URL(url);
  return { name: cookieName(host), value: session, url: origin, httpOnly: true, sameSite: 'Lax' as const };
}

/** The session as a `Cookie` header. */
export function cookieHeader(url: string, session: string): string {
  return `${cookieName(new URL(url).host)}=${session}`;
}
