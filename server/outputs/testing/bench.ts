import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Blobs } from '@daybook/shared/ports/blobs';
import { pino } from 'pino';
import { openFiles } from '../../adapters/blobs/files.ts';
import { createOutputs } from '../outputs.ts';

/** Outputs over a store in a temporary folder; `blobs` stand in for it. */
export async function openOutputs(wrap: (blobs: Blobs) => Blobs = (same) => same) {
  const folder = await mkdtemp(join(tmpdir(), 'daybook-outputs-'));
  const blobs = wrap(await openFiles(folder));
  return {
    blobs,
    outputs: createOutputs({ blobs, log: pino({ level: 'silent' }) }),
    /** Hashes of everything in the store. */
    async stored(): Promise<string[]> {
      const found: string[] = [];
      for await (const { key } of blobs.list('outputs/')) found.push(key.split('/').at(-1) ?? '');
      return found;
    },
    close: () => rm(folder, { recursive: true, force: true }),
  };
}

export type OutputsBench = Awaited<ReturnType<typeof openOutputs>>;
