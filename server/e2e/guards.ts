import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { KernelFrontModule } from '@daybook/shared/ports/kernel-front';

/** Why this machine can make no sandbox; `undefined` when it can. Asks the built kernel. */
export async function inspectHere(): Promise<string | undefined> {
  const front = pathToFileURL(join(import.meta.dirname, '../../kernel/dist/front.js')).href;
  const { isolate } = (await import(front)) as KernelFrontModule;
  const found = await isolate?.({ sandbox: 'auto', network: false, hidden: [], limits: {} });
  return found?.obstacle?.reason;
}
