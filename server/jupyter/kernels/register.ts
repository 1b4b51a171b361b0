import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { writeAtomic } from '../../workspace/write-atomic.ts';

/*
 * Which kernels and sessions there are, kept in one file of the home, so that they come back under
 * their old ids after the server was restarted or killed: open pages find what they were
 * connected to. What the kernels held is gone.
 */

const KeptKernel = z.object({ id: z.string(), name: z.string(), cwd: z.string() });
const KeptSession = z.object({
  id: z.string(),
  path: z.string(),
  type: z.string(),
  name: z.string(),
  kernelId: z.string(),
});
const File = z.object({
  version: z.literal(1),
  workspace: z.string(),
  kernels: z.array(KeptKernel),
  sessions: z.array(KeptSession),
});

export type KeptKernel = z.infer<typeof KeptKernel>;
export type KeptSession = z.infer<typeof KeptSession>;

export interface Register {
  /** As the last server left them; every session's kernel is among the kernels. */
  readonly kernels: readonly KeptKernel[];
  readonly sessions: readonly KeptSession[];
  /** Replaces one of the lists; resolves when it is on disk. Writes follow each other. */
  keepKernels(kernels: readonly KeptKernel[]): Promise<void>;
  keepSessions(sessions: readonly KeptSession[]): Promise<void>;
}

/** Opens the register of one workspace; what another workspace left is not ours and is dropped. */
export async function openRegister(path: string, workspace: string): Promise<Register> {
  const found = await load(path);
  let kernels: readonly KeptKernel[] = found?.workspace === workspace ? found.kernels : [];
  const ids = new Set(kernels.map(({ id }) => id));
  let sessions: readonly KeptSession[] =
    found?.workspace === workspace ? found.sessions.filter(({ kernelId }) => ids.has(kernelId)) : [];
  let writing: Promise<void> = Promise.resolve();

  function save(): Promise<void> {
    const write = async () => {
      const bytes = Buffer.from(`${JSON.stringify({ version: 1, workspace, kernels, sessions })}\n`);
      await writeAtomic(path, bytes, { mode: 0o600 });
    };
    writing = writing.then(write, write);
    return writing;
  }

  return {
    kernels,
    sessions,
    keepKernels(now) {
      kernels = now;
      return save();
    },
    keepSessions(now) {
      sessions = now;
      return save();
    },
  };
}

async function load(path: string): Promise<z.infer<typeof File> | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  try {
    return File.parse(JSON.parse(text));
  } catch {
    // Damaged: pages ask for new kernels, which is what they did before there was a register.
    return undefined;
  }
}
