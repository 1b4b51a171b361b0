import type { IsolationLimits } from '@daybook/shared/ports/isolation';
import type { Machine } from './machine.ts';

/** More processes and threads than ordinary work needs, few enough for a machine to survive. */
export const DEFAULT_PROCESSES = 4_096;
const DEFAULT_OPEN_FILES = 65_536;

/**
 * The words that start a program under resource limits; none where `prlimit` is missing. There is
 * no limit on address space: V8 reserves far more than it uses. Limits on processes count all
 * processes of the user, so outside of a user namespace (`ownCount: false`) what runs already on
 * the machine is added, and for root there are none.
 */
export function limitWords(limits: IsolationLimits, machine: Machine, { ownCount }: { ownCount: boolean }): string[] {
  const { prlimit } = machine.tools;
  if (prlimit === undefined) return [];
  const words = [prlimit, '--core=0', `--nofile=${openFiles(limits, machine)}`];
  const processes = processLimit(limits, machine, { ownCount });
  if (processes !== undefined) words.push(`--nproc=${processes}`);
  if (limits.fileMb !== undefined) {
    words.push(`--fsize=${Math.min(Math.round(limits.fileMb * 1_048_576), machine.hard.fileBytes)}`);
  }
  return words;
}

function openFiles(limits: IsolationLimits, { hard }: Machine): number {
  return Math.min(limits.openFiles ?? DEFAULT_OPEN_FILES, hard.openFiles);
}

function processLimit(
  limits: IsolationLimits,
  { uid, hard, tasks, release: [major, minor] }: Machine,
  { ownCount }: { ownCount: boolean },
): number | undefined {
  if (uid === 0 || uid === undefined) return undefined;
  // Since Linux 5.14 a user namespace has a count of its own.
  const others = ownCount && (major > 5 || (major === 5 && minor >= 14)) ? 0 : tasks;
  return Math.min(others + (limits.processes ?? DEFAULT_PROCESSES), hard.processes);
}
