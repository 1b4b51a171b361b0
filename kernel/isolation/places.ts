import { existsSync, realpathSync, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import type { Place } from './mount-plan.ts';

export interface PlacesOptions {
  readonly cwd: string;
  readonly workspace: string;
  /** The user's folder as programs are told; it becomes an empty one of the kernel's own. */
  readonly home: string | undefined;
  /** The host's secrets. */
  readonly hidden: readonly string[];
  /** What belongs to the host and stays as it is. */
  readonly readOnly: readonly string[];
  readonly network: boolean;
  /** Folder of this kernel alone, with `tmp` and `home` in it. */
  readonly scratch: string;
  /** Folders of what is loaded: the executor's built files, those of further cell kinds. */
  readonly code: readonly string[];
}

/**
 * What the sandbox shows, made of what exists: the workspace to write; the user's folder, `/tmp`
 * and `/run` (where sockets of other services are) replaced; and below those what running needs:
 * node, the kernel, packages that imports from the workspace and the kernel find.
 */
export function sandboxPlaces(options: PlacesOptions): Place[] {
  const { cwd, workspace, home, hidden, readOnly, network, scratch, code } = options;
  const places: Place[] = [
    { type: 'writable', path: real(workspace) },
    { type: 'writable', path: real(cwd) },
    { type: 'private', path: real('/tmp'), source: join(real(scratch), 'tmp') },
  ];
  if (home !== undefined && isUseful(home))
    places.push({ type: 'private', path: real(home), source: join(real(scratch), 'home') });
  for (const path of ['/run', homedir(), ...hidden]) {
    if (isUseful(path)) places.push({ type: 'hidden', path: real(path), file: !isFolder(path) });
  }
  const bin = dirname(real(process.execPath));
  const readable = [
    ...(basename(bin) === 'bin' ? [join(bin, '../lib/node_modules')] : []),
    real(process.execPath),
    bin,
    ...code.flatMap(packages),
    ...packages(cwd),
    // Names of hosts are asked for here.
    ...(network ? ['/run/systemd/resolve'] : []),
  ];
  for (const path of readable.filter(isUseful))
    places.push({ type: 'readable', path: real(path), file: !isFolder(path) });
  for (const path of [...code, ...readOnly].filter(isUseful))
    places.push({ type: 'frozen', path: real(path), file: !isFolder(path) });
  return places;
}

/** Every folder of packages that an import in `folder` looks through. */
function packages(folder: string): string[] {
  const found: string[] = [];
  for (let at = real(folder); at !== dirname(at); at = dirname(at)) found.push(join(at, 'node_modules'));
  return found;
}

function isUseful(path: string): boolean {
  return existsSync(path) && real(path) !== '/';
}

function isFolder(path: string): boolean {
  return statSync(path).isDirectory();
}

function real(path: string): string {
  return existsSync(path) ? realpathSync(path) : path;
}
