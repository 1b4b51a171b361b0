import { readdir, readFile } from 'node:fs/promises';

const PAGE = 4_096;

/**
 * Resident memory, in bytes, of all processes in the process group of `pid`. 0 where the system has no
 * `/proc` (macOS, Windows) or the process is gone.
 */
export async function residentMemory(pid: number): Promise<number> {
  const processes = await readdir('/proc').catch(() => []);
  const sizes = await Promise.all(processes.filter((name) => /^\d+$/.test(name)).map((name) => sizeInGroup(name, pid)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

async function sizeInGroup(name: string, group: number): Promise<number> {
  // A process may end between the listing and the reading.
  const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => '');
  // The second field, the program's name in parentheses, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return Number(fields[2]) === group ? Number(fields[21]) * PAGE : 0;
}
