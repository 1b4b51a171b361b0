import { mkdir, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { DaybookError } from '@daybook/shared/errors/error';

export interface InstallOptions {
  /** Installs below `DIR/share/jupyter`; the user's own Jupyter folder when undefined. */
  readonly prefix: string | undefined;
  /** The built program, absolute. */
  readonly program: string;
  /** The built front that hosts of ours load, absolute. */
  readonly front: string;
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
}

/** Writes the kernelspec `daybook` and returns its folder. Errors: `install_failed`. */
export async function installKernelspec({ prefix, program, front, env, platform }: InstallOptions): Promise<string> {
  const data = prefix === undefined ? userDataFolder(env, platform) : join(prefix, 'share/jupyter');
  const folder = join(data, 'kernels/daybook');
  const spec = {
    argv: [process.execPath, program, '{connection_file}'],
    display_name: 'Daybook (TypeScript)',
    language: 'typescript',
    interrupt_mode: 'message',
    metadata: { daybook: { front } },
  };
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'kernel.json'), `${JSON.stringify(spec, null, 2)}\n`);
  } catch (error) {
    throw new DaybookError(
      'install_failed',
      `The kernelspec could not be written to ${folder}: ${error instanceof Error ? error.message : String(error)}`,
      {
        action: 'Choose a folder you may write to with --prefix DIR.',
        cause: error,
      },
    );
  }
  return folder;
}

/** Where Jupyter looks for a user's kernels. */
function userDataFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (env.JUPYTER_DATA_DIR) return env.JUPYTER_DATA_DIR;
  if (platform === 'darwin') return join(homedir(), 'Library/Jupyter');
  if (platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData/Roaming'), 'jupyter');
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local/share'), 'jupyter');
}
