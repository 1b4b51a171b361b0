import type { Machine } from './machine.ts';
import { type MountStep, type Place, planMounts } from './mount-plan.ts';

/*
 * The sandbox: user, mount, process, network and IPC namespaces made by `unshare`, mounts made by a
 * shell script inside them, and then the program without any capability. The shell stays as the
 * first process of the namespace: it collects orphans, and when it ends the system ends everything
 * inside. The program leads a process group of its own, so signals to the group work as outside.
 *
 * With a plain user the program runs in a second user namespace under its own user id; that
 * namespace may be the only one. Root keeps its id, and `/proc` becomes read-only: to the system,
 * root inside is still the owner of what is set there.
 */

/** Exit code when the sandbox could not be made; the reason is on stderr. */
export const SANDBOX_FAILED = 125;
/** The first Linux in which each process namespace has a highest process id of its own. */
const OWN_PID_MAX = [6, 14] as const;

export interface SandboxOptions {
  readonly places: readonly Place[];
  /** Folder the program starts in. */
  readonly cwd: string;
  readonly network: boolean;
  readonly processes: number;
}

/** Tools without which there is no sandbox. */
export const SANDBOX_TOOLS = ['sh', 'unshare', 'mount', 'umount', 'setpriv', 'setsid'] as const;

/** The words that start a program, which follows them, in the sandbox. */
export function sandboxWords(options: SandboxOptions, machine: Machine): string[] {
  const { tools } = machine;
  const tool = (name: (typeof SANDBOX_TOOLS)[number]) => tools[name] ?? name;
  // In two steps: a network namespace belongs to the user namespace as it was when it was made.
  const outer = [tool('unshare'), '--user', '--map-root-user', tool('unshare'), '--mount', '--pid', '--ipc'];
  if (!options.network) outer.push('--net');
  const powerless = [tool('setpriv'), '--no-new-privs', '--bounding-set=-all', '--inh-caps=-all'];
  const inner =
    machine.uid === 0
      ? [...powerless, '--securebits=+noroot,+noroot_locked']
      : [tool('unshare'), '--user', `--map-user=${machine.uid}`, `--map-group=${machine.gid}`, ...powerless];
  const script = sandboxScript(options, machine);
  return [...outer, '--fork', '--kill-child=KILL', tool('sh'), '-c', script, 'daybook-sandbox', ...inner];
}

/** Whether processes of a root user can be limited in number inside. */
export function limitsRootProcesses({ release: [major, minor] }: Machine): boolean {
  return major > OWN_PID_MAX[0] || (major === OWN_PID_MAX[0] && minor >= OWN_PID_MAX[1]);
}

/** Sets up the mounts and runs its arguments. `/sys` serves as the place where things are put ready. */
export function sandboxScript(options: SandboxOptions, machine: Machine): string {
  const { network, places, processes, cwd } = options;
  const root = machine.uid === 0;
  const steps = planMounts(places, machine.mounts, { keepSys: network });
  const mount = `${machine.tools.mount ?? 'mount'} -n`;
  const shown = steps.filter((step) => step.type === 'show');
  const lines = [
    'set -e',
    `trap 'exit ${SANDBOX_FAILED}' EXIT`,
    `${mount} -t tmpfs -o mode=755 tmpfs /sys`,
    `mkdir ${['dev', ...shown.flatMap(({ file }, index) => (file ? [] : [index]))].map((name) => `/sys/${name}`).join(' ')}`,
    ...shown.flatMap(({ source, file }, index) => [
      ...(file ? [`: > /sys/${index}`] : []),
      `${mount} --rbind ${quote(source)} /sys/${index}`,
    ]),
    ...devices(mount),
    ...steps.flatMap((step) => command(step, mount, step.type === 'show' ? shown.indexOf(step) : -1)),
    `${mount} -o remount,bind,ro,nosuid none /dev`,
    `${machine.tools.umount ?? 'umount'} /sys`,
    ...steps.flatMap((step) => (step.type === 'freeze' ? freeze(step, mount) : [])),
    ...(network ? [] : ownSys(mount, machine)),
    `${mount} -t proc -o nosuid,nodev,noexec proc /proc`,
    `echo ${root ? 0 : 1} > /proc/sys/user/max_user_namespaces`,
    ...(root && limitsRootProcesses(machine) ? [`echo ${Math.max(processes, 301)} > /proc/sys/kernel/pid_max`] : []),
    ...(root ? [`${mount} -o remount,bind,ro,nosuid,nodev,noexec none /proc`] : []),
    `cd ${quote(cwd)}`,
    'trap - EXIT',
    // What the shell itself would say about the program's end is no output of a cell.
    'exec 8>&2 2>/dev/null',
    `${machine.tools.setsid ?? 'setsid'} "$@" 2>&8 8>&-`,
  ];
  return lines.join('\n');
}

function command(step: MountStep, mount: string, index: number): string[] {
  const path = quote(step.path);
  switch (step.type) {
    case 'show': {
      const make = step.file
        ? `[ -e ${path} ] || { mkdir -p "$(dirname ${path})"; : > ${path}; }`
        : `[ -d ${path} ] || mkdir -p ${path}`;
      return [make, `${mount} --move /sys/${index} ${path}`];
    }
    case 'empty':
      return [
        step.file
          ? `${mount} --bind /dev/null ${path}`
          : `${mount} -t tmpfs -o mode=755,nosuid,nodev,size=4m tmpfs ${path}`,
      ];
    case 'freeze':
      return [];
  }
}

/**
 * What cannot be made read-only is not shown at all. A mount in a folder that is closed to this user
 * cannot be named here, nor by the program, which has fewer rights.
 */
function freeze({ path, flags }: MountStep & { type: 'freeze' }, mount: string): string[] {
  const kept = flags.split(',').filter((flag) => flag !== 'rw');
  const remount = `${mount} -o ${['remount', 'bind', 'ro', ...kept].join(',')} none ${quote(path)}`;
  if (path === '/') return [remount];
  const cover = `${mount} -t tmpfs -o ro,size=4k tmpfs ${quote(path)}`;
  return [`[ ! -e ${quote(path)} ] || ${remount} 2>/dev/null || ${cover}`];
}

/** Only devices that belong to everybody. Read-only is their owner and mode, which root could change. */
function devices(mount: string): string[] {
  return [
    `${mount} -t tmpfs -o mode=755,nosuid tmpfs /sys/dev`,
    'mkdir -m 1777 /sys/dev/shm',
    'for name in null zero full random urandom tty; do',
    `  : > /sys/dev/$name; ${mount} -o bind,ro,nosuid,noexec /dev/$name /sys/dev/$name`,
    'done',
    'ln -s /proc/self/fd /sys/dev/fd; ln -s fd/0 /sys/dev/stdin; ln -s fd/1 /sys/dev/stdout; ln -s fd/2 /sys/dev/stderr',
    `${mount} -t tmpfs -o mode=1777,nosuid,nodev,size=256m tmpfs /sys/dev/shm`,
    `${mount} --move /sys/dev /dev`,
  ];
}

/** A `/sys` that knows of this network only, with its loopback device up. */
function ownSys(mount: string, { memoryLimit }: Machine): string[] {
  return [
    `${mount} -t sysfs -o nosuid,nodev,noexec none /sys`,
    'echo 0x9 > /sys/class/net/lo/flags || :',
    `${mount} -o remount,bind,ro,nosuid,nodev,noexec none /sys`,
    // Programs size themselves by it.
    ...(memoryLimit === undefined
      ? []
      : [
          `${mount} -t tmpfs -o mode=755,size=4k tmpfs /sys/fs/cgroup`,
          `echo ${memoryLimit} > /sys/fs/cgroup/memory.max`,
          `${mount} -o remount,bind,ro none /sys/fs/cgroup`,
        ]),
  ];
}

function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
