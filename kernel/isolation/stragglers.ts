import { readdirSync, readFileSync } from 'node:fs';

/** Variable by which every process that a kernel started, also one that left its group, is known as the kernel's. */
export const MARK = 'DAYBOOK_KERNEL_ID';
/** A program that starts others while it is being ended needs another look. */
const LOOKS = 10;

/**
 * Kills every process that carries a kernel's mark, but not the caller. Finds nothing where there is no `/proc`, and
 * not what took the mark out of its environment: against that helps only the sandbox.
 */
export function endStragglers(mark: string): void {
  for (let look = 0; look < LOOKS; look += 1) {
    const found = marked(mark).filter((pid) => pid !== process.pid && kill(pid));
    if (found.length === 0) return;
  }
}

/** Ids of the processes that carry the mark. */
export function marked(mark: string): number[] {
  const wanted = `\0${MARK}=${mark}\0`;
  return processIds().filter((pid) => `\0${environment(pid)}`.includes(wanted));
}

function processIds(): number[] {
  try {
    return readdirSync('/proc').map(Number).filter(Number.isInteger);
  } catch {
    return [];
  }
}

function environment(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    // Gone meanwhile, or of another user.
    return '';
  }
}

/** False when there is nothing to kill. */
function kill(pid: number): boolean {
  try {
    process.kill(pid, 'SIGKILL');
    return true;
  } catch {
    return false;
  }
}
