import { Hono } from 'hono';
import type { AppEnv } from '../http/env.ts';
import { presented } from '../http/presented.ts';
import type { Auth } from './auth.ts';
import { setCookie } from './cookie.ts';
import { localPath } from './local-path.ts';
import { loginPage } from './login-page.ts';
import { checkOrigin } from './origin.ts';

/** `/login` (page and form) and `/logout`. */
export function authRoutes(auth: Auth): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();

  routes.get('/login', (c) => {
    const next = localPath(c.req.query('next'));
    return c.html(loginPage({ next, wrong: c.req.query('wrong') !== undefined }));
  });

  routes.post('/login', async (c) => {
    const request = presented(c);
    checkOrigin(request);
    const form = await c.req.parseBody();
    const token = typeof form.token === 'string' ? form.token.trim() : '';
    const next = localPath(typeof form.next === 'string' ? form.next : undefined);
    const session = await auth.signIn(token, request.address);
    if (session === undefined) return c.html(loginPage({ next, wrong: true }), 401);
    c.header('Set-Cookie', setCookie(c.req.header('host'), session));
    return c.redirect(next, 303);
  });

  const signOut = async (c: Parameters<typeof presented>[0]) => {
    const request = presented(c);
    checkOrigin({ ...request, method: 'POST', header: request.header });
    await auth.signOut(request);
    c.header('Set-Cookie', setCookie(c.req.header('host'), undefined));
    return c.redirect('/login', 303);
  };
  // JupyterLab's menu signs out by opening the page.
  routes.get('/logout', signOut);
  routes.post('/logout', signOut);
  return routes;
}
