import { randomUUID } from 'node:crypto';
import { pathToFileURL } from 'node:url';
import { DaybookError } from '@daybook/shared/errors/error';
import type { Disposer } from '@daybook/shared/ports/disposer';
import type { KernelFront, KernelFrontModule } from '@daybook/shared/ports/kernel-front';
import type { Logger } from 'pino';
import type { KernelSpec } from './specs.ts';

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
}

/** The running kernels of this server. Ids that are not known fail with `no_such_kernel` (404). */
export interface Kernels {
  readonly specs: ReadonlyMap<string, KernelSpec>;
  readonly defaultName: string;
  /** Starts a kernel. Errors: `no_such_kernelspec`, `kernel_not_supported`, `kernel_broken`. */
  start(options: { name?: string | undefined; cwd: string }): Promise<RunningKernel>;
  get(id: string): RunningKernel;
  list(): RunningKernel[];
  model(kernel: RunningKernel): KernelModel;
  shutdown(id: string): Promise<void>;
  shutdownAll(): Promise<void>;
  /** Told when a kernel is gone for good, however it ended. */
  onGone(listener: (id: string) => void): Disposer;
}

export interface KernelsOptions {
  readonly specs: ReadonlyMap<string, KernelSpec>;
  readonly workspace: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly log: Logger;
  /** Loads the module a kernelspec names. */
  readonly load?: (path: string) => Promise<KernelFrontModule>;
}

const loadModule = async (path: string) => (await import(pathToFileURL(path).href)) as KernelFrontModule;

export function createKernels({ specs, workspace, environment, log, load = loadModule }: KernelsOptions): Kernels {
  const running = new Map<string, RunningKernel>();
  const listeners = new Set<(id: string) => void>();
  const defaultName = specs.has('daybook') ? 'daybook' : ([...specs.keys()][0] ?? 'daybook');

  function get(id: string): RunningKernel {
    const kernel = running.get(id);
    if (kernel !== undefined) return kernel;
    throw new DaybookError('no_such_kernel', `There is no kernel ${id}.`, {
      status: 404,
      action: 'It was shut down, or the server was restarted. Start a new one.',
    });
  }

  async function end(id: string): Promise<void> {
    const kernel = get(id);
    running.delete(id);
    for (const listener of [...listeners]) listener(id);
    await kernel.front.shutdown();
  }

  return {
    specs,
    defaultName,
    get,
    list: () => [...running.values()],
    async start({ name = defaultName, cwd }) {
      const { createFront } = await load(frontOf(specs, name)).catch((cause: unknown) => {
        if (cause instanceof DaybookError) throw cause;
        throw new DaybookError('kernel_broken', `The kernel “${name}” could not be loaded.`, {
          status: 500,
          cause,
          action: 'Run “npm start” again: it builds what is missing. The server log has the reason.',
        });
      });
      const id = randomUUID();
      const spec = specs.get(name)?.spec;
      const front = createFront({
        id,
        cwd,
        workspace,
        env: { ...environment, ...spec?.env },
        log: (level, message, fields) => log[level]({ kernel: id, ...fields }, message),
      });
      const kernel: RunningKernel = { name, front, connections: 0 };
      running.set(id, kernel);
      log.info({ kernel: id, name }, 'kernel started');
      return kernel;
    },
    model: ({ name, front, connections }) => ({
      id: front.id,
      name,
      last_activity: new Date(front.lastActivity).toISOString(),
      // The REST clients know no `autorestarting`.
      execution_state: front.status === 'autorestarting' ? 'restarting' : front.status,
      connections,
    }),
    shutdown: end,
    async shutdownAll() {
      await Promise.all([...running.keys()].map(end));
    },
    onGone(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

function frontOf(specs: ReadonlyMap<string, KernelSpec>, name: string): string {
  const spec = specs.get(name);
  if (spec === undefined) {
    const known = [...specs.keys()].join(', ');
    throw new DaybookError('no_such_kernelspec', `There is no kernel called “${name}”.`, {
      status: 404,
      action: known === '' ? 'Run “npm start”: it builds the Daybook kernel.' : `Choose one of: ${known}.`,
    });
  }
  if (spec.front === undefined) {
    throw new DaybookError(
      'kernel_not_supported',
      `The kernel “${spec.spec.display_name}” cannot be hosted by this server yet.`,
      {
        status: 501,
        action: 'Choose “Daybook (TypeScript)”, or open the notebook in a stock Jupyter server.',
      },
    );
  }
  return spec.front;
}
