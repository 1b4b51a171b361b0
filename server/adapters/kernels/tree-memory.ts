import { readFile } from 'node:fs/promises';

const PAGE = 4_096;

/** Resident memory, in bytes, of a process and all below it; 0 without `/proc` or when it is gone. */
export async function treeMemory(pid: number): Promise<number> {
  const [statm, children] = await Promise.all(
    [`/proc/${pid}/statm`, `/proc/${pid}/task/${pid}/children`].map((path) => readFile(path, 'utf8').catch(() => '')),
  );
  const below = (children ?? '').split(' ').filter((child) => child.trim() !== '');
  const sizes = await Promise.all(below.map((child) => treeMemory(Number(child))));
  return sizes.reduce((sum, size) => sum + size, Number(statm?.split(' ')[1] ?? 0) * PAGE);
}
