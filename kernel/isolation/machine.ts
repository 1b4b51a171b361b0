import { existsSync, readFileSync } from 'node:fs';
import { release } from 'node:os';
import { delimiter, join } from 'node:path';

/** What this machine has that guards are made of. Facts only; whether they work is found by trying. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  /** Undefined where there are no user ids (Windows). */
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  /** Version of the system's kernel, such as [6, 18]. */
  readonly release: readonly [number, number];
  /** Path of each tool that was found. */
  readonly tools: Readonly<Partial<Record<Tool, string>>>;
  /** Hard limits of this process; what is higher cannot be asked for. */
  readonly hard: { readonly processes: number; readonly openFiles: number; readonly fileBytes: number };
  /** Processes and threads of the whole machine at this moment. */
  readonly tasks: number;
  readonly mounts: readonly Mount[];
  /** Memory in bytes that a control group leaves to this process; undefined without one. */
  readonly memoryLimit: number | undefined;
}

export interface Mount {
  readonly path: string;
  /** Such as `rw,nosuid,relatime`. */
  readonly flags: string;
}

const TOOLS = ['sh', 'prlimit', 'unshare', 'mount', 'umount', 'setpriv', 'setsid'] as const;
export type Tool = (typeof TOOLS)[number];

export interface MachineEffects {
  readonly platform: NodeJS.Platform;
  readonly release: string;
  readonly path: string;
  readonly uid: number | undefined;
  readonly gid: number | undefined;
  exists(path: string): boolean;
  /** Content of a file; empty when it cannot be read. */
  read(path: string): string;
}

const REAL: MachineEffects = {
  platform: process.platform,
  release: release(),
  path: process.env.PATH ?? '',
  uid: process.getuid?.(),
  gid: process.getgid?.(),
  exists: existsSync,
  read(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      // Not there on this system: that is an answer.
      return '';
    }
  },
};

/** Looks at the machine. Under a millisecond; never fails, also where there is no `/proc`. */
export function readMachine(effects: MachineEffects = REAL): Machine {
  const { platform, uid, gid, read } = effects;
  const linux = platform === 'linux';
  const limits = linux ? read('/proc/self/limits') : '';
  const hard = (name: string) => Number(new RegExp(`^${name} +\\S+ +(\\d+)`, 'm').exec(limits)?.[1] ?? Infinity);
  const [major = 0, minor = 0] = effects.release.split('.').map((part) => Number.parseInt(part, 10) || 0);
  const memory = Number(linux ? read('/sys/fs/cgroup/memory.max').trim() || Number.NaN : Number.NaN);
  return {
    platform,
    uid,
    gid,
    release: [major, minor],
    tools: linux ? findTools(effects) : {},
    hard: {
      processes: hard('Max processes'),
      openFiles: hard('Max open files'),
      fileBytes: hard('Max file size'),
    },
    tasks: linux ? Number(/\/(\d+)/.exec(read('/proc/loadavg'))?.[1] ?? 0) : 0,
    mounts: linux ? parseMounts(read('/proc/self/mountinfo')) : [],
    memoryLimit: Number.isFinite(memory) ? memory : undefined,
  };
}

function findTools({ path, exists }: MachineEffects): Partial<Record<Tool, string>> {
  const folders = [
    ...path.split(delimiter).filter((folder) => folder.startsWith('/')),
    '/usr/bin',
    '/bin',
    '/usr/sbin',
  ];
  const found = TOOLS.map((tool) => [tool, folders.map((folder) => join(folder, tool)).find(exists)] as const);
  return Object.fromEntries(found.filter(([, file]) => file !== undefined));
}

/** The mount points of `/proc/self/mountinfo`, the topmost of each. */
export function parseMounts(mountinfo: string): Mount[] {
  const mounts = new Map<string, Mount>();
  for (const line of mountinfo.split('\n')) {
    const [, , , , point, flags] = line.split(' ');
    if (point === undefined || flags === undefined) continue;
    const path = point.replace(/\\([0-7]{3})/g, (_, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)));
    mounts.set(path, { path, flags });
  }
  return [...mounts.values()];
}
