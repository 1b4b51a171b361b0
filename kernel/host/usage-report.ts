import { readFile } from 'node:fs/promises';
import { cpus, freemem, hostname, totalmem } from 'node:os';
import { performance } from 'node:perf_hooks';
import { residentMemory } from './resident-memory.ts';

/** Clock ticks per second in `/proc`: the same on every Linux that Node runs on. */
const TICKS = 100;

/** Answers `usage_request` as other kernels do: what this one takes, and what the machine has. */
export class UsageReport {
  #before: { readonly pid: number; readonly ticks: number; readonly at: number } | undefined;

  /** Content of `usage_reply`. The processor's share counts from the request before. */
  async reply(pid: number | undefined): Promise<Record<string, unknown>> {
    const [memory, share] = pid === undefined ? [0, 0] : await Promise.all([residentMemory(pid), this.#share(pid)]);
    const [total, available] = [totalmem(), await availableMemory()];
    return {
      status: 'ok',
      hostname: hostname(),
      pid,
      kernel_cpu: share,
      kernel_memory: memory,
      cpu_count: cpus().length,
      host_virtual_memory: {
        total,
        available,
        used: total - available,
        free: freemem(),
        percent: Math.round((1 - available / total) * 1_000) / 10,
      },
    };
  }

  /** Per cent of one processor that the executor took since it was last asked. */
  async #share(pid: number): Promise<number> {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    const now = { pid, ticks: Number(fields[11] ?? 0) + Number(fields[12] ?? 0), at: performance.now() };
    const before = this.#before;
    this.#before = now;
    if (before?.pid !== pid || now.at <= before.at) return 0;
    return Math.round(((now.ticks - before.ticks) / TICKS / ((now.at - before.at) / 1_000)) * 1_000) / 10;
  }
}

async function availableMemory(): Promise<number> {
  const text = await readFile('/proc/meminfo', 'utf8').catch(() => '');
  const kilobytes = /^MemAvailable:\s+(\d+)/m.exec(text)?.[1];
  return kilobytes === undefined ? freemem() : Number(kilobytes) * 1_024;
}
