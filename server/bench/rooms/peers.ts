import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Kept between runs; not part of the project, whose `npm ci` nobody should pay for them. */
const FOLDER = join(import.meta.dirname, '../../../.cache/room-peers');
const PACKAGES = ['@y/websocket-server@0.1.1', '@hocuspocus/server@4.7.0', 'yjs@13.6.33'];

/** Gets the other room servers from npm where they are not there yet; answers the folder they are in. */
export async function installRoomPeers(): Promise<string> {
  const modules = join(FOLDER, 'node_modules');
  if (existsSync(join(modules, '@y/websocket-server')) && existsSync(join(modules, '@hocuspocus/server')))
    return modules;
  await mkdir(FOLDER, { recursive: true });
  await writeFile(join(FOLDER, 'package.json'), '{"private":true}\n');
  const words = ['install', '--no-audit', '--no-fund', '--no-save', '--ignore-scripts', ...PACKAGES];
  const { status, stderr } = spawnSync('npm', words, { cwd: FOLDER, encoding: 'utf8' });
  if (status !== 0) throw new Error(`The peers ${PACKAGES.join(', ')} could not be installed: ${stderr}`);
  return modules;
}
