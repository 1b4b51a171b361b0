import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from '../http/env.ts';
import { presented } from '../http/presented.ts';
import { actionOf } from './action-of.ts';
import { type Auth, notSignedIn, requireAction } from './auth.ts';
import { setCookie } from './cookie.ts';
import { localPath } from './local-path.ts';
import { PUBLIC_PATHS } from './public-paths.ts';

/**
 * Closes every path but the public ones. A browser that opens a page with `?token=` gets its
 * cookie and the clean URL; one without credentials is sent to the sign-in page; programs get 401.
 * Whoever is let in may do what their role allows (`action-of.ts`).
 */
export function guard(auth: Auth): MiddlewareHandler<AppEnv> {
  return async (c, next) => {
    const url = new URL(c.req.url);
    const request = presented(c);
    const opensPage = c.req.method === 'GET' && (c.req.header('accept') ?? '').includes('text/html');

    if (opensPage && request.queryToken !== undefined) {
      url.searchParams.delete('token');
      // `//host/…` as an address of ours would lead to that host.
      const clean = localPath(`${url.pathname === '/login' ? '/' : url.pathname}${url.search}`);
      const session = await auth.signIn(request.queryToken, request.address);
      if (session === undefined) return c.redirect(`/login?wrong=1&next=${encodeURIComponent(clean)}`);
      c.header('Set-Cookie', setCookie(c.req.header('host'), session));
      return c.redirect(clean);
    }
    if (PUBLIC_PATHS.has(url.pathname)) return next();

    const identity = auth.identify(request);
    if (identity !== undefined) {
      requireAction(identity, actionOf(c.req.method, url.pathname));
      c.set('identity', identity);
      return next();
    }
    if (opensPage) return c.redirect(`/login?next=${encodeURIComponent(url.pathname + url.search)}`);
    throw notSignedIn();
  };
}
