/** Run on a disk of 1 MiB (1st argument): fills it, and prints as JSON what happened. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { DaybookError } from '@daybook/shared/errors/error';
import { openFiles } from './files.ts';

const root = process.argv[2] ?? '';
const blobs = await openFiles(root);
await blobs.put('small', new Uint8Array(200_000).fill(7));
const errors: unknown[] = [];
const keep = (error: unknown) =>
  errors.push(error instanceof DaybookError ? [error.code, error.status] : String(error));
await blobs.put('large', new Uint8Array(4 << 20)).catch(keep);
await blobs
  .put(
    'small',
    (async function* () {
      for (let i = 0; i < 64; i++) yield new Uint8Array(1 << 16);
    })(),
  )
  .catch(keep);
const kept = await blobs.get('small');
const left = await readdir(join(root, 'incoming'));
await blobs.put('after', new Uint8Array(100_000));
process.stdout.write(
  JSON.stringify({ errors, kept: [kept.byteLength, kept[0]], left, large: await blobs.stat('large') }),
);
