import { accessSync, constants, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, posix, win32 } from 'node:path';

/*
 * Where Jupyter keeps what is installed for it, as `jupyter --paths` lists it: what JUPYTER_PATH
 * names; then the user's folder and the one of the Python environment, which comes first when it
 * is a virtual or conda environment; then the system's. No Python is started to find out: the
 * environment is the one that is active, or else the one of the first Python on PATH.
 */

export interface JupyterFoldersOptions {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Parsed settings. */
  readonly jupyterPath: readonly string[];
  readonly jupyterDataDir: string | undefined;
  readonly preferEnvironment: boolean | undefined;
  readonly platform?: NodeJS.Platform;
  readonly home?: string;
  /** Whether there is a program at this path. */
  readonly isProgram?: (path: string) => boolean;
}

/** Folders of Jupyter's data, best first, whether or not they exist; absolute, each once. */
export function jupyterFolders(options: JupyterFoldersOptions): string[] {
  const { environment, jupyterPath, jupyterDataDir, platform = process.platform } = options;
  const { home = environment.HOME || homedir(), isProgram = canRun } = options;
  const path = platform === 'win32' ? win32 : posix;
  const active = environment.VIRTUAL_ENV || condaEnvironment(environment);
  const prefix = active || pythonPrefix(environment.PATH ?? '', platform, isProgram);
  const share = prefix === undefined ? [] : [path.join(prefix, 'share/jupyter')];
  const user = [jupyterDataDir ?? userFolder(environment, home, platform)];
  if (platform !== 'win32')
    user.push(path.join(environment.PYTHONUSERBASE || path.join(home, '.local'), 'share/jupyter'));
  const system = platform === 'win32' ? [] : ['/usr/local/share/jupyter', '/usr/share/jupyter'];
  // As in Jupyter, an environment that is the system itself does not come before the user's folder.
  const own = share.filter((folder) => !system.includes(folder));
  const preferred = options.preferEnvironment ?? Boolean(active);
  return [...new Set([...jupyterPath, ...(preferred ? [...own, ...user] : [...user, ...own]), ...system])];
}

/** A conda environment that was activated by name; the base one counts as installed for everybody. */
function condaEnvironment({ CONDA_PREFIX, CONDA_DEFAULT_ENV }: JupyterFoldersOptions['environment']) {
  return CONDA_DEFAULT_ENV === undefined || CONDA_DEFAULT_ENV === 'base' ? undefined : CONDA_PREFIX;
}

function pythonPrefix(path: string, platform: NodeJS.Platform, isProgram: (path: string) => boolean) {
  if (platform === 'win32') {
    const folder = path.split(win32.delimiter).find((each) => each !== '' && isProgram(win32.join(each, 'python.exe')));
    if (folder === undefined) return undefined;
    return win32.basename(folder).toLowerCase() === 'scripts' ? win32.dirname(folder) : folder;
  }
  const folder = path
    .split(posix.delimiter)
    .find((each) => each !== '' && ['python3', 'python'].some((name) => isProgram(posix.join(each, name))));
  return folder === undefined ? undefined : posix.dirname(folder);
}

function userFolder(
  environment: JupyterFoldersOptions['environment'],
  home: string,
  platform: NodeJS.Platform,
): string {
  if (platform === 'darwin') return posix.join(home, 'Library/Jupyter');
  if (platform === 'win32') return win32.join(environment.APPDATA || win32.join(home, 'AppData/Roaming'), 'jupyter');
  return posix.join(environment.XDG_DATA_HOME || posix.join(home, '.local/share'), 'jupyter');
}

function canRun(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Splits a list of folders as the system separates them. */
export const splitFolders = (value: string): string[] => value.split(delimiter).filter((folder) => folder !== '');
