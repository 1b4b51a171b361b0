import { readdir, readFile } from 'node:fs/promises';

const PAGE = 4_096;

interface Row {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  readonly bytes: number;
}

/**
 * Resident memory, in bytes, of `pid`, of all processes in its process group, and of all their
 * descendants: in a sandbox the kernel leads a group of its own below. 0 where the system has no
 * `/proc` (macOS, Windows) or the process is gone.
 */
export async function residentMemory(pid: number): Promise<number> {
  const names = (await readdir('/proc').catch(() => [])).filter((name) => /^\d+$/.test(name));
  const rows = (await Promise.all(names.map(readRow))).filter((row) => row !== undefined);
  const counted = new Set(rows.filter((row) => row.group === pid || row.pid === pid).map((row) => row.pid));
  for (let before = -1; before !== counted.size; ) {
    before = counted.size;
    for (const row of rows) if (counted.has(row.parent)) counted.add(row.pid);
  }
  return rows.reduce((sum, row) => (counted.has(row.pid) ? sum + row.bytes : sum), 0);
}

async function readRow(name: string): Promise<Row | undefined> {
  // A process may end between the listing and the reading.
  const stat = await readFile(`/proc/${name}/stat`, 'utf8').catch(() => undefined);
  if (stat === undefined) return undefined;
  // The second field, the program's name in parentheses, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return { pid: Number(name), parent: Number(fields[1]), group: Number(fields[2]), bytes: Number(fields[21]) * PAGE };
}
