import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { describeWith } from '../../docker/services/need.ts';
import { python } from '../../docker/services/python.ts';
import { jupyterFolders } from './jupyter-folders.ts';
import { readSettings } from './settings.ts';

const none = { jupyterPath: [], jupyterDataDir: undefined, preferEnvironment: undefined };
const linux = { ...none, platform: 'linux', home: '/home/ada', isProgram: () => false } as const;
const SYSTEM = ['/usr/local/share/jupyter', '/usr/share/jupyter'];

describe('F1: where kernels are looked for', () => {
  test('the user’s folder, then the system’s', () => {
    expect(jupyterFolders({ ...linux, environment: {} })).toEqual(['/home/ada/.local/share/jupyter', ...SYSTEM]);
  });

  test('JUPYTER_PATH wins; JUPYTER_DATA_DIR and XDG_DATA_HOME move the user’s folder', () => {
    expect(jupyterFolders({ ...linux, jupyterPath: ['/a', '/b'], environment: { XDG_DATA_HOME: '/x' } })).toEqual([
      '/a',
      '/b',
      '/x/jupyter',
      '/home/ada/.local/share/jupyter',
      ...SYSTEM,
    ]);
    expect(jupyterFolders({ ...linux, jupyterDataDir: '/data', environment: {} })[0]).toBe('/data');
  });

  test('an active environment wins over the user; the one of PATH’s Python comes after', () => {
    const [user] = jupyterFolders({ ...linux, environment: {} });
    expect(jupyterFolders({ ...linux, environment: { VIRTUAL_ENV: '/v' } }).slice(0, 2)).toEqual([
      '/v/share/jupyter',
      user,
    ]);
    const conda = { CONDA_PREFIX: '/c/envs/e', CONDA_DEFAULT_ENV: 'e' };
    expect(jupyterFolders({ ...linux, environment: conda })[0]).toBe('/c/envs/e/share/jupyter');
    const onPath = { ...linux, environment: { PATH: '/none:/opt/py/bin' }, isProgram: isAt('/opt/py/bin/python3') };
    expect(jupyterFolders(onPath).slice(0, 2)).toEqual([user, '/opt/py/share/jupyter']);
    expect(jupyterFolders({ ...onPath, preferEnvironment: true })[0]).toBe('/opt/py/share/jupyter');
    expect(jupyterFolders({ ...linux, preferEnvironment: false, environment: { VIRTUAL_ENV: '/v' } })[0]).toBe(user);
  });

  test('a Python of the system adds nothing twice', () => {
    const folders = jupyterFolders({
      ...linux,
      environment: { PATH: '/usr/bin' },
      isProgram: isAt('/usr/bin/python3'),
    });
    expect(folders).toEqual(['/home/ada/.local/share/jupyter', ...SYSTEM]);
  });

  test('macOS and Windows have their own places', () => {
    expect(jupyterFolders({ ...linux, platform: 'darwin', environment: {} })[0]).toBe('/home/ada/Library/Jupyter');
    const windows = { ...none, platform: 'win32', home: 'C:\\Users\\ada' } as const;
    expect(
      jupyterFolders({
        ...windows,
        environment: { APPDATA: 'C:\\Roaming', PATH: 'C:\\v\\Scripts;C:\\py' },
        isProgram: isAt('C:\\v\\Scripts\\python.exe'),
      }),
    ).toEqual(['C:\\Roaming\\jupyter', 'C:\\v\\share\\jupyter']);
  });
});

describeWith(python, 'F1: as jupyter_core lists them', (found) => {
  test.each([
    ['nothing set', {}],
    ['a path and a data folder', { JUPYTER_PATH: '/one:/two', JUPYTER_DATA_DIR: '/data' }],
    ['XDG', { XDG_DATA_HOME: '/xdg' }],
    ['the user first', { JUPYTER_PREFER_ENV_PATH: '0' }],
  ])('with %s', (_, given) => {
    const folder = mkdtempSync(join(tmpdir(), 'daybook-paths-'));
    // The environment is active, as its own Python finds without being told.
    const environment = { HOME: folder, PATH: `${found.bin}:/usr/bin:/bin`, ...given };
    const asked = spawnSync(
      found.program,
      ['-c', 'import json; from jupyter_core.paths import jupyter_path; print(json.dumps(jupyter_path()))'],
      { env: environment, encoding: 'utf8' },
    );
    const { jupyterFolders: ours } = readSettings({
      folder,
      environment: { ...environment, VIRTUAL_ENV: join(found.bin, '..') },
    });
    const theirs = JSON.parse(asked.stdout) as string[];
    rmSync(folder, { recursive: true });
    // A virtual environment hides the folder for the user's own packages; without one it is listed.
    const packages = join(folder, '.local/share/jupyter');
    expect(ours.filter((path) => path !== packages || theirs.includes(packages))).toEqual(theirs);
  });
});

function isAt(path: string): (other: string) => boolean {
  return (other) => other === path;
}
