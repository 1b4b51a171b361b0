import type { MiddlewareHandler } from 'hono';
import type { AppEnv } from './env.ts';

/*
 * Everything comes from this server: no remote origins. `unsafe-eval` is what JupyterLab's settings
 * validator (it compiles JSON schemas) and Vega need; inline scripts stay forbidden, which is what
 * keeps a script in a shared notebook's output from running.
 */
const POLICY = [
  "default-src 'self'",
  "script-src 'self' 'unsafe-eval' blob:",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "font-src 'self' data:",
  "media-src 'self' data: blob:",
  "connect-src 'self' data: blob:",
  "worker-src 'self' blob:",
  "frame-src 'self' blob: data:",
  "object-src 'self' blob:",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'self'",
].join('; ');

/** Policy for files of the workspace shown on their own: they run nothing and are nobody. */
export const FILE_POLICY =
  "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'";

/** Security headers on every answer; a route that set its own policy keeps it. */
export const securityHeaders: MiddlewareHandler<AppEnv> = async (c, next) => {
  await next();
  const { headers } = c.res;
  if (!headers.has('Content-Security-Policy')) c.header('Content-Security-Policy', POLICY);
  c.header('X-Content-Type-Options', 'nosniff');
  c.header('Referrer-Policy', 'same-origin');
  c.header('Cross-Origin-Opener-Policy', 'same-origin');
  c.header('Cross-Origin-Resource-Policy', 'same-origin');
  if (!headers.has('Cache-Control')) c.header('Cache-Control', 'no-store');
};
