import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { chmod, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DaybookError } from '@daybook/shared/errors/error';
import { writeAtomic } from '../workspace/write-atomic.ts';

/** The token of this home: the fixed one, or one made at the first start and kept (0600). */
export async function homeToken(folder: string, fixed: string | undefined): Promise<string> {
  if (fixed !== undefined) return fixed;
  const path = join(folder, 'token');
  const kept = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (kept !== undefined) {
    await chmod(path, 0o600);
    const token = kept.trim();
    if (token.length >= 16) return token;
    throw new DaybookError('bad_token_file', `The file ${path} holds no token of at least 16 characters.`, {
      action: 'Remove the file; a new token is made at the next start.',
    });
  }
  const token = randomBytes(24).toString('hex');
  await writeAtomic(path, Buffer.from(`${token}\n`), { mode: 0o600 });
  return token;
}

/** Compares two secrets in a time that tells nothing about where they differ. */
export function sameSecret(one: string, other: string): boolean {
  return timingSafeEqual(digest(one), digest(other));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
