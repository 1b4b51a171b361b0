import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';

const TEMP_PREFIX = 'daybook-duckdb-';
const MIB = 1024 * 1024;

export interface EngineSettings {
  /** Folder the notebook is in: paths in SQL are relative to it. Absolute. */
  readonly cwd: string;
  /** Folder in which files are found by name. Absolute. */
  readonly workspace: string;
  /** DuckDB's own limit. Default: see `defaultMemory`. */
  readonly memoryBytes?: number;
  readonly threads?: number;
}

/**
 * How much DuckDB may take: 60 % of the container's limit, which the kernel has to itself; half
 * as much of a whole machine, which several kernels and their host share. At least 512 MiB.
 */
export function defaultMemory(total = totalmem(), limit = cgroupLimit()): number {
  const share = limit !== undefined && limit < total ? limit * 0.6 : total * 0.3;
  return Math.max(512 * MIB, Math.floor(share));
}

function cgroupLimit(): number | undefined {
  for (const file of ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes']) {
    const bytes = Number(readOr(file, '').trim() || Number.NaN);
    if (Number.isFinite(bytes)) return bytes;
  }
  return undefined;
}

function readOr(file: string, otherwise: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    // No cgroup of this version on this machine: that is an answer, not a failure.
    return otherwise;
  }
}

/** Options that DuckDB is created with. Nothing is downloaded; what exists is linked in. */
export function duckdbOptions(settings: EngineSettings, tempFolder: string): Record<string, string> {
  return {
    threads: String(settings.threads ?? availableParallelism()),
    memory_limit: `${Math.floor((settings.memoryBytes ?? defaultMemory()) / MIB)}MiB`,
    temp_directory: tempFolder,
    allow_community_extensions: 'false',
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  };
}

/** A path for spilled data, made by DuckDB when it needs it; named after the process that owns it. */
export function tempFolderFor(nonce: string): string {
  return join(tmpdir(), `${TEMP_PREFIX}${process.pid}-${nonce}`);
}

/** Removes spilled data that a killed process left behind. */
export function removeStaleTemp(): void {
  for (const name of readdirSync(tmpdir())) {
    const pid = /^daybook-duckdb-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) rmSync(join(tmpdir(), name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}
