import { isIP } from 'node:net';
import { DaybookError } from '@daybook/shared/errors/error';

/**
 * Says which `Host` headers are ours. A page of another site can point its own name at this
 * machine (DNS rebinding) and would then be same-origin with us; it cannot do so with a bare IP
 * address or `localhost`, so those pass, and names pass only when they were configured.
 */
export function createHostCheck(names: readonly string[]): (host: string | undefined) => void {
  const known = new Set(names.map((name) => name.toLowerCase()));
  return (host) => {
    const name = (host ?? '')
      .replace(/:\d+$/, '')
      .replace(/^\[(.*)\]$/, '$1')
      .toLowerCase();
    if (name === 'localhost' || name.endsWith('.localhost') || isIP(name) !== 0 || known.has(name)) return;
    throw new DaybookError('unknown_host', `This server is not known by the name “${name}”.`, {
      status: 421,
      action: 'Use the address the server printed, or add the name to DAYBOOK_ALLOWED_HOSTS.',
    });
  };
}
