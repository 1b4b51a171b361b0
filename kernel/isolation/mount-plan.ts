import { dirname } from 'node:path';
import type { Mount } from './machine.ts';

/**
 * What a sandboxed program sees of the file system. Everything is as on the machine but cannot be
 * written, except where a place says otherwise; of two places the inner one counts. All paths are
 * absolute, without links, and exist.
 */
export type Place =
  | { readonly type: 'writable'; readonly path: string }
  /** Seen, though it lies below something hidden. */
  | { readonly type: 'readable'; readonly path: string; readonly file?: boolean }
  /** Seen and not written, also inside of what is writable. */
  | { readonly type: 'frozen'; readonly path: string; readonly file?: boolean }
  | { readonly type: 'hidden'; readonly path: string; readonly file?: boolean }
  /** Another folder, writable, stands at this path. */
  | { readonly type: 'private'; readonly path: string; readonly source: string };

export type MountStep =
  /** `source` appears at `path`. */
  | { readonly type: 'show'; readonly path: string; readonly source: string; readonly file: boolean }
  /** Nothing is at `path` any more. */
  | { readonly type: 'empty'; readonly path: string; readonly file: boolean }
  /** What is mounted at `path` cannot be written any more; its other flags stay. */
  | { readonly type: 'freeze'; readonly path: string; readonly flags: string };

/** Replaced as a whole by the script. */
const SYSTEM = ['/proc', '/sys', '/dev'];

/** The steps that lead from the machine's mounts to the places, in order. */
export function planMounts(
  places: readonly Place[],
  mounts: readonly Mount[],
  { keepSys = false }: { keepSys?: boolean } = {},
): MountStep[] {
  const wanted = distinct(places);
  const steps: MountStep[] = [];
  const freezes: MountStep[] = [];
  for (const place of wanted) {
    const around = innermost(wanted, dirname(place.path));
    const covered = around?.type === 'hidden' || around?.type === 'private';
    switch (place.type) {
      case 'writable':
        steps.push({ type: 'show', path: place.path, source: place.path, file: false });
        break;
      case 'private':
        steps.push({ type: 'show', path: place.path, source: place.source, file: false });
        break;
      case 'readable':
      case 'frozen':
        if (!covered && (place.type === 'readable' || around === undefined)) break;
        steps.push({ type: 'show', path: place.path, source: place.path, file: place.file === true });
        freezes.push({ type: 'freeze', path: place.path, flags: flagsAt(mounts, place.path) });
        break;
      case 'hidden':
        if (covered) break;
        steps.push({ type: 'empty', path: place.path, file: place.file === true });
        if (place.file !== true) freezes.push({ type: 'freeze', path: place.path, flags: 'rw,nosuid,nodev' });
    }
  }
  const replaced = keepSys ? SYSTEM.filter((path) => path !== '/sys') : SYSTEM;
  for (const { path, flags } of mounts) {
    if (flags.split(',').includes('ro') || replaced.some((folder) => contains(folder, path))) continue;
    const place = innermost(wanted, path);
    if (freezes.some((freeze) => freeze.path === path)) continue;
    if (place === undefined || isSeen(place)) freezes.push({ type: 'freeze', path, flags });
  }
  // The outermost last: freezing it first would change nothing, but it must exist until then.
  return [...steps, ...freezes.sort((one, other) => other.path.length - one.path.length)];
}

/** Outer places before inner ones, one per path: what is to be written wins, then what is to be seen. */
function distinct(places: readonly Place[]): Place[] {
  const rank = { writable: 0, frozen: 1, readable: 2, private: 3, hidden: 4 } as const;
  const byPath = new Map<string, Place>();
  for (const place of places) {
    const known = byPath.get(place.path);
    if (known === undefined || rank[place.type] < rank[known.type]) byPath.set(place.path, place);
  }
  return [...byPath.values()].sort((one, other) => (one.path < other.path ? -1 : 1));
}

function innermost(places: readonly Place[], path: string): Place | undefined {
  return places
    .filter((place) => contains(place.path, path))
    .sort((one, other) => other.path.length - one.path.length)[0];
}

function isSeen({ type }: Place): boolean {
  return type === 'readable' || type === 'frozen';
}

function flagsAt(mounts: readonly Mount[], path: string): string {
  const around = mounts.filter((mount) => contains(mount.path, path));
  return around.sort((one, other) => other.path.length - one.path.length)[0]?.flags ?? 'rw';
}

/** True when `path` is `folder` or lies below it. */
function contains(folder: string, path: string): boolean {
  return path === folder || path.startsWith(folder === '/' ? '/' : `${folder}/`);
}
