import { DaybookError } from '@daybook/shared/errors/error';
import type { Presented } from './auth.ts';

const SAFE_METHODS = new Set(['GET', 'HEAD', 'OPTIONS']);

/**
 * Refuses state changes and WebSockets that another site asks for with the user's cookie
 * (`cross_origin`, 403). Browsers name the asking site in `Origin` on each of these; programs that
 * send neither `Origin` nor `Sec-Fetch-Site` are not browsers and cannot be tricked by a page.
 */
export function checkOrigin(request: Presented): void {
  if (!request.websocket && SAFE_METHODS.has(request.method)) return;
  const origin = request.header('origin');
  const site = request.header('sec-fetch-site');
  if (origin === undefined && (site === undefined || site === 'same-origin' || site === 'none')) return;
  if (origin !== undefined && URL.canParse(origin) && new URL(origin).host === request.header('host')) return;
  throw new DaybookError('cross_origin', `A request with the session cookie came from ${origin ?? 'another site'}.`, {
    status: 403,
    action: 'Ask from Daybook’s own pages, or send the token in the Authorization header.',
  });
}
