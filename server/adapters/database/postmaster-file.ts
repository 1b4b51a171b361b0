import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { platform } from 'node:os';
import { join } from 'node:path';

/** What PostgreSQL writes into `postmaster.pid` of the data folder it has open. */
export interface PostmasterFile {
  readonly pid: number;
  readonly port: number;
  /** Folder of its socket; empty when it listens on TCP only. */
  readonly socketFolder: string;
  readonly ready: boolean;
}

/** The file's content; `undefined` when there is none or its first line is still being written. */
export function readPostmasterFile(data: string): PostmasterFile | undefined {
  let text: string;
  try {
    text = readFileSync(join(data, 'postmaster.pid'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
  const [pid = '', , , port, socketFolder = '', , , status] = text.split('\n').map((line) => line.trim());
  if (!/^\d+$/.test(pid)) return undefined;
  return { pid: Number(pid), port: Number(port ?? 0), socketFolder, ready: status === 'ready' };
}

/**
 * What the process of this id is: a PostgreSQL on this data folder (`ours`), another program, or
 * `gone`. A pid outlives its process in the file and is given out again, above all in containers.
 */
export function identify(pid: number, data: string): 'ours' | 'other' | 'gone' | 'unknown' {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ESRCH') return 'gone';
  }
  try {
    const command = commandOf(pid);
    if (command === undefined) return 'unknown';
    if (command.length === 0) return 'gone';
    return command.some((word) => word === data) ? 'ours' : 'other';
  } catch {
    // It ended between the two questions.
    return 'gone';
  }
}

/** The words a process was started with: none when it has ended and only waits for its parent. */
function commandOf(pid: number): readonly string[] | undefined {
  if (platform() === 'linux') return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
  if (platform() !== 'darwin') return undefined;
  const line = execFileSync('ps', ['-ww', '-o', 'command=', '-p', String(pid)], { encoding: 'utf8' });
  const data = / -D (.*?) -c /.exec(line)?.[1];
  return data === undefined ? [line] : [line, data];
}
