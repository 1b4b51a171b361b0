import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Isolation } from '@daybook/shared/ports/isolation';
import type { KernelFrontModule } from '@daybook/shared/ports/kernel-front';
import { alternate, type Figure, figure } from './figure.ts';

/** From starting a kernel to its first answer: in the sandbox against without. */
export async function sandbox(rounds = 7): Promise<Figure[]> {
  const front = pathToFileURL(join(import.meta.dirname, '../dist/front.js')).href;
  const module = (await import(front)) as KernelFrontModule;
  const policy = { sandbox: 'auto', network: false, hidden: [], limits: {} } as const;
  const isolation = await module.isolate?.(policy);
  if (isolation?.sandboxed !== true) throw new Error(isolation?.obstacle?.reason ?? 'no sandbox');
  const cwd = await mkdtemp(join(tmpdir(), 'daybook-bench-'));
  try {
    const times = await alternate(
      rounds,
      () => firstAnswer(module, cwd, isolation),
      () => firstAnswer(module, cwd, undefined),
    );
    return [figure('sandbox', 'kernel start to first answer', 'the same kernel without sandbox', times)];
  } finally {
    await rm(cwd, { recursive: true, force: true });
  }
}

async function firstAnswer(module: KernelFrontModule, cwd: string, isolation: Isolation | undefined): Promise<void> {
  const env = { PATH: process.env.PATH ?? '' };
  const kernel = module.createFront({ id: randomUUID(), cwd, env, ...(isolation === undefined ? {} : { isolation }) });
  await new Promise<void>((resolve) => {
    kernel.onMessage(({ header }) => {
      if (header.msg_type === 'execute_reply') resolve();
    });
    const header = {
      msg_id: '1',
      session: 'bench',
      username: '',
      date: '',
      msg_type: 'execute_request',
      version: '5.4',
    };
    const content = { code: '1 + 1' };
    kernel.send({ channel: 'shell', header, parent_header: {}, metadata: {}, content, buffers: [] });
  });
  await kernel.shutdown();
}
