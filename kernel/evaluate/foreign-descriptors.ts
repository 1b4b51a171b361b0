import { closeSync, readdirSync, readFileSync } from 'node:fs';
import { PIPES } from '../protocol/wire.ts';

const CLOSED_ON_EXEC = 0o2000000;

/**
 * Closes files that whoever started the host left open for its children: they are none of a cell's
 * business. To be called before anything of ours is opened; what node itself holds open is marked to
 * be closed when a program is started, and so is told apart.
 */
export function closeForeignDescriptors(): void {
  const last = Math.max(...Object.values(PIPES));
  for (const fd of descriptors().filter((number) => number > last)) {
    try {
      const flags = /^flags:\s*(\d+)/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'))?.[1];
      if (flags !== undefined && (Number.parseInt(flags, 8) & CLOSED_ON_EXEC) === 0) closeSync(fd);
    } catch {
      // The descriptor with which the folder was read is gone already.
    }
  }
}

function descriptors(): number[] {
  try {
    return readdirSync('/proc/self/fd').map(Number);
  } catch {
    // No such thing on this system.
    return [];
  }
}
