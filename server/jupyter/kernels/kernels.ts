import { randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { DaybookError } from '@daybook/shared/errors/error';
import type { Disposer } from '@daybook/shared/ports/disposer';
import type { Isolation, IsolationPolicy } from '@daybook/shared/ports/isolation';
import type { KernelFront, KernelFrontModule, KernelKinds, KernelOptions } from '@daybook/shared/ports/kernel-front';
import type { StartKernelProgram } from '@daybook/shared/ports/kernel-program';
import type { Logger } from 'pino';
import type { KeptKernel, Register } from './register.ts';
import type { KernelSpec, KernelSpecs } from './specs.ts';

/** A kernel as the REST API shows it. */
interface KernelModel {
  readonly id: string;
  readonly name: string;
  readonly last_activity: string;
  readonly execution_state: string;
  readonly connections: number;
}

export interface RunningKernel {
  readonly name: string;
  readonly front: KernelFront;
  /** Open WebSockets. */
  connections: number;
  /**
   * True while it stands in for a kernel of an earlier server and nothing has run in it: pages say
   * that the variables are gone.
   */
  readonly isReplacement: boolean;
  /** The kernel before it ended because nobody used it; only with `isReplacement`. */
  readonly endedIdle: boolean;
  /** Milliseconds since the epoch at which somebody last said that it is to be kept. */
  keptAt: number;
}

/**
 * The kernels of this server. Those of an earlier server are asleep: they have their old id and no
 * process until somebody connects. Ids that are not known fail with `no_such_kernel` (404).
 */
export interface Kernels {
  /** The kernels that may be started now. */
  specs(): Promise<KernelSpecs>;
  /** The one of those that a new notebook gets. */
  defaultOf(specs: KernelSpecs): string;
  /** Starts a kernel. Errors: `no_such_kernelspec`, `kernel_not_supported`, `kernel_broken`, `sandbox_unavailable`. */
  start(options: { name?: string | undefined; cwd: string }): Promise<RunningKernel>;
  /** The kernel, started again when it is asleep. Errors as `start`. */
  wake(id: string): Promise<RunningKernel>;
  /** The kernel if it runs; `undefined` when it is asleep. */
  running(id: string): RunningKernel | undefined;
  /** Running kernels. */
  list(): RunningKernel[];
  model(id: string): KernelModel;
  /** Of all kernels, asleep or not. */
  models(): KernelModel[];
  /** Ends the running cell, variables kept; nothing is done with a kernel that is asleep. */
  interrupt(id: string): Promise<void>;
  shutdown(id: string): Promise<void>;
  /** Ends the kernel's processes; it wakes when somebody connects. Its variables are gone. */
  sleep(id: string): Promise<void>;
  /** Ends every process and stays in the register: the next server brings the kernels back. */
  shutdownAll(): Promise<void>;
  /** Told when a kernel is gone for good, however it ended. */
  onGone(listener: (id: string) => void): Disposer;
  /** Told before a kernel is interrupted. */
  onInterrupt(listener: (id: string) => void): Disposer;
  /** Told when a kernel was put to sleep. */
  onSleep(listener: (id: string) => void): Disposer;
}

export interface KernelsOptions {
  readonly specs: () => Promise<KernelSpecs>;
  /** Starts the kernels that are programs. */
  readonly startProgram: StartKernelProgram;
  readonly workspace: string;
  /** Folder that keeps the history of cells; absent: it ends with each kernel. */
  readonly history?: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Default: no sandbox. */
  readonly isolation?: IsolationPolicy | undefined;
  readonly cellKinds: KernelKinds;
  readonly log: Logger;
  readonly register: Register;
  /** When this server was started: the last thing known of kernels that are asleep. */
  readonly started: Date;
  /** Loads the module a kernelspec names. */
  readonly load?: (path: string) => Promise<KernelFrontModule>;
}

const loadModule = async (path: string) => (await import(pathToFileURL(path).href)) as KernelFrontModule;

export function createKernels(options: KernelsOptions): Kernels {
  const { specs, startProgram, workspace, environment, isolation: policy, log, register, load = loadModule } = options;
  const isolations = new Map<string, Promise<Isolation>>();
  const running = new Map<string, Entry>();
  const asleep = new Map<string, KeptKernel>(register.kernels.map((kernel) => [kernel.id, kernel]));
  const waking = new Map<string, Promise<Entry>>();
  const listeners = new Set<(id: string) => void>();
  const sleepListeners = new Set<(id: string) => void>();
  const interruptListeners = new Set<(id: string) => void>();
  /** Those that sleep because nobody used them. */
  const unused = new Set<string>();

  const keep = () =>
    register.keepKernels([...asleep.values(), ...[...running].map(([id, { name, cwd }]) => ({ id, name, cwd }))]);

  function unknown(id: string): DaybookError {
    return new DaybookError('no_such_kernel', `There is no kernel ${id}.`, {
      status: 404,
      action: 'It was shut down. Start a new one.',
    });
  }

  /** What the policy comes to for kernels of this name. Found out once. */
  function isolated(name: string, module: KernelFrontModule): Promise<Isolation> | undefined {
    if (policy === undefined) return undefined;
    if (module.isolate === undefined) {
      if (policy.sandbox === 'required') throw cannotBeIsolated(name);
      return undefined;
    }
    const known = isolations.get(name);
    if (known !== undefined) return known;
    const finding = module.isolate(policy).then((isolation) => {
      const { obstacle } = isolation;
      if (obstacle !== undefined) log.warn({ name, ...obstacle }, 'kernels run without a sandbox');
      return isolation;
    });
    isolations.set(name, finding);
    return finding;
  }

  async function launch({ id, name, cwd }: KeptKernel, isReplacement: boolean): Promise<Entry> {
    const spec = specOf(await specs(), name);
    const front = await frontOf(spec, {
      id,
      cwd,
      workspace,
      ...(options.history === undefined ? {} : { history: options.history }),
      env: { ...environment, ...(spec.front === undefined ? {} : spec.spec.env) },
      kinds: options.cellKinds,
      log: (level, message, fields) => log[level]({ kernel: id, ...fields }, message),
    });
    const endedIdle = isReplacement && unused.delete(id);
    const entry: Entry = { name, cwd, front, connections: 0, isReplacement, endedIdle, keptAt: 0 };
    if (isReplacement) {
      const stop = front.onMessage(({ header }) => {
        if (header.msg_type !== 'execute_input') return;
        entry.isReplacement = false;
        stop();
      });
    }
    log.info({ kernel: id, name }, isReplacement ? 'kernel started again' : 'kernel started');
    return entry;
  }

  /** Kernels of ours run in here; any other is a program. */
  async function frontOf({ name, front, spec, folder }: KernelSpec, kernel: KernelOptions): Promise<KernelFront> {
    if (front === undefined) {
      if (policy?.sandbox === 'required') throw cannotBeIsolated(spec.display_name);
      const { display_name: displayName, argv, env = {}, interrupt_mode: interruptMode = 'signal' } = spec;
      return startProgram({ displayName, argv, env, interruptMode, folder }, kernel);
    }
    const module = await load(front).catch((cause: unknown) => {
      throw new DaybookError('kernel_broken', `The kernel “${name}” could not be loaded.`, {
        status: 500,
        cause,
        action: 'Run “npm start” again: it builds what is missing. The server log has the reason.',
      });
    });
    const isolation = await isolated(name, module);
    return module.createFront(isolation === undefined ? kernel : { ...kernel, isolation });
  }

  async function wakeUp(kept: KeptKernel): Promise<Entry> {
    const entry = await launch(kept, true);
    // Shut down while it was starting.
    if (!asleep.delete(kept.id)) {
      await entry.front.shutdown();
      throw unknown(kept.id);
    }
    running.set(kept.id, entry);
    return entry;
  }

  async function end(id: string): Promise<void> {
    const entry = running.get(id);
    if (!asleep.delete(id) && !running.delete(id)) throw unknown(id);
    unused.delete(id);
    for (const listener of [...listeners]) listener(id);
    await Promise.all([keep(), entry?.front.shutdown()]);
  }

  function model(id: string): KernelModel {
    const entry = running.get(id);
    if (entry !== undefined) {
      const { name, front, connections } = entry;
      return {
        id,
        name,
        last_activity: new Date(front.lastActivity).toISOString(),
        // The REST clients know no `autorestarting`.
        execution_state: front.status === 'autorestarting' ? 'restarting' : front.status,
        connections,
      };
    }
    const kept = asleep.get(id);
    if (kept === undefined) throw unknown(id);
    return {
      id,
      name: kept.name,
      last_activity: options.started.toISOString(),
      execution_state: 'starting',
      connections: 0,
    };
  }

  return {
    specs,
    defaultOf,
    model,
    models: () => [...running.keys(), ...asleep.keys()].map(model),
    running: (id) => {
      if (!running.has(id) && !asleep.has(id)) throw unknown(id);
      return running.get(id);
    },
    list: () => [...running.values()],
    async start({ name, cwd }) {
      const entry = await launch({ id: randomUUID(), name: name ?? defaultOf(await specs()), cwd }, false);
      running.set(entry.front.id, entry);
      await keep();
      return entry;
    },
    async wake(id) {
      const entry = running.get(id);
      if (entry !== undefined) return entry;
      const kept = asleep.get(id);
      if (kept === undefined) throw unknown(id);
      const promise = waking.get(id) ?? wakeUp(kept).finally(() => waking.delete(id));
      waking.set(id, promise);
      return promise;
    },
    async interrupt(id) {
      if (!running.has(id) && !asleep.has(id)) throw unknown(id);
      for (const listener of [...interruptListeners]) listener(id);
      await running.get(id)?.front.interrupt();
    },
    shutdown: end,
    async sleep(id) {
      const entry = running.get(id);
      if (entry === undefined) throw unknown(id);
      running.delete(id);
      asleep.set(id, { id, name: entry.name, cwd: entry.cwd });
      unused.add(id);
      for (const listener of [...sleepListeners]) listener(id);
      await entry.front.shutdown();
    },
    async shutdownAll() {
      await Promise.all([...running.values()].map(({ front }) => front.shutdown()));
    },
    onGone(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onInterrupt(listener) {
      interruptListeners.add(listener);
      return () => interruptListeners.delete(listener);
    },
    onSleep(listener) {
      sleepListeners.add(listener);
      return () => sleepListeners.delete(listener);
    },
  };
}

interface Entry extends RunningKernel {
  readonly cwd: string;
  isReplacement: boolean;
}

function defaultOf(specs: KernelSpecs): string {
  return specs.has('daybook') ? 'daybook' : ([...specs.keys()][0] ?? 'daybook');
}

function cannotBeIsolated(name: string): DaybookError {
  return new DaybookError('sandbox_unavailable', `The kernel “${name}” cannot be put in a sandbox.`, {
    status: 503,
    action: 'Choose “Daybook (TypeScript)”, or set DAYBOOK_SANDBOX to auto or off.',
  });
}

function specOf(specs: KernelSpecs, name: string): KernelSpec {
  // Names are as in Jupyter: upper and lower case are one.
  const spec = specs.get(name.toLowerCase());
  if (spec === undefined) {
    const known = [...specs.keys()].join(', ');
    throw new DaybookError('no_such_kernelspec', `There is no kernel called “${name}”.`, {
      status: 404,
      action: known === '' ? 'Run “npm start”: it builds the Daybook kernel.' : `Choose one of: ${known}.`,
    });
  }
  const provisioner = spec.spec.metadata?.kernel_provisioner?.provisioner_name ?? 'local-provisioner';
  if (provisioner !== 'local-provisioner') {
    throw new DaybookError(
      'kernel_not_supported',
      `The kernel “${spec.spec.display_name}” is started by “${provisioner}”, which this server does not have.`,
      { status: 501, action: 'Choose another kernel, or open the notebook in a stock Jupyter server.' },
    );
  }
  return spec;
}
