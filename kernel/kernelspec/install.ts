import { existsSync } from 'node:fs';
import { cp, mkdir, rm, writeFile } from 'node:fs/promises';
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
  /** The built labextension, absolute; it may be absent. */
  readonly labextension: string;
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
}

/** The program passes messages on and runs no code of users: room for much garbage would only be taken. */
const FLAGS = ['--max-semi-space-size=2'];

/** Where things were put. */
export interface Installed {
  readonly kernelspec: string;
  /** Undefined when the labextension is not built. */
  readonly labextension: string | undefined;
}

/** Writes the kernelspec `daybook`, and copies the labextension where it is built. Errors: `install_failed`. */
export async function install(options: InstallOptions): Promise<Installed> {
  const { prefix, program, front, labextension, env, platform } = options;
  const data = prefix === undefined ? userDataFolder(env, platform) : join(prefix, 'share/jupyter');
  const folder = join(data, 'kernels/daybook');
  const target = join(data, 'labextensions/@daybook/extension');
  const spec = {
    argv: [process.execPath, ...FLAGS, program, '{connection_file}'],
    display_name: 'Daybook (TypeScript)',
    language: 'typescript',
    interrupt_mode: 'message',
    metadata: { daybook: { front } },
  };
  try {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'kernel.json'), `${JSON.stringify(spec, null, 2)}\n`);
    if (!existsSync(labextension)) return { kernelspec: folder, labextension: undefined };
    await rm(target, { recursive: true, force: true });
    await cp(labextension, target, { recursive: true });
  } catch (error) {
    throw new DaybookError(
      'install_failed',
      `The kernel could not be installed in ${data}: ${error instanceof Error ? error.message : String(error)}`,
      {
        action: 'Choose a folder you may write to with --prefix DIR.',
        cause: error,
      },
    );
  }
  return { kernelspec: folder, labextension: target };
}

/** Where Jupyter looks for a user's kernels. */
function userDataFolder(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string {
  if (env.JUPYTER_DATA_DIR) return env.JUPYTER_DATA_DIR;
  if (platform === 'darwin') return join(homedir(), 'Library/Jupyter');
  if (platform === 'win32') return join(env.APPDATA ?? join(homedir(), 'AppData/Roaming'), 'jupyter');
  return join(env.XDG_DATA_HOME ?? join(homedir(), '.local/share'), 'jupyter');
}
