import { mkdir, mkdtemp, realpath, rm } from 'node:fs/promises';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IsolationPolicy } from '@daybook/shared/ports/isolation';
import type { StartKernelProgram } from '@daybook/shared/ports/kernel-program';
import { createAuth } from '../auth/auth.ts';
import { identityOf } from '../auth/identity.ts';
import { openSessions } from '../auth/sessions.ts';
import { installation } from '../config/places.ts';
import { openHome } from '../home/layout.ts';
import { createApp } from '../http/app.ts';
import type { Checked } from '../http/health.ts';
import { createHostCheck } from '../http/hosts.ts';
import { listen } from '../http/listen.ts';
import { routeUpgrades } from '../http/upgrades.ts';
import { labRoutes } from '../lab/page.ts';
import { resultRoutes } from '../results/routes.ts';
import { createLog } from '../telemetry/log.ts';
import { createMeter } from '../telemetry/meter.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { openWorkspace } from '../workspace/folder.ts';
import { createJupyter } from './jupyter.ts';
import type { IdleRule } from './kernels/idle.ts';

export const TOKEN = 'a-token-for-tests';

export interface TestServerOptions {
  readonly services?: Readonly<Record<string, Checked>>;
  /** Folder in place of the built front end. */
  readonly lab?: string;
  readonly labextensions?: readonly string[];
  readonly isolation?: IsolationPolicy;
  readonly kernelFolders?: readonly string[];
  readonly jupyterFolders?: readonly string[];
  /** Starts kernels that are programs; without it there are none. */
  readonly startKernelProgram?: StartKernelProgram;
  readonly now?: () => number;
  readonly idle?: IdleRule;
}

/** Everything but the adapters, on a real port, in temporary folders. */
export async function startTestServer(options: TestServerOptions = {}) {
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'daybook-')));
  const root = join(folder, 'workspace');
  await mkdir(root);
  await mkdir(join(folder, 'lab/themes'), { recursive: true });
  const home = await openHome(join(folder, 'home'));
  const log = createLog('silent');
  const sessions = await openSessions(home.auth);
  const auth = createAuth({
    token: TOKEN,
    sessions,
    owner: identityOf('ada lovelace'),
    ...(options.now === undefined ? {} : { now: options.now }),
  });
  const workspace = await openWorkspace(root, { trash: home.trash, home: home.root });
  const lab = options.lab ?? join(folder, 'lab');
  const jupyter = await createJupyter({
    workspace,
    home,
    lab,
    labextensions: options.labextensions ?? [],
    kernelFolders: options.kernelFolders ?? [join(installation(), 'kernel/dist/kernelspec')],
    jupyterFolders: options.jupyterFolders ?? [],
    startKernelProgram: options.startKernelProgram ?? (() => Promise.reject(new Error('no programs in this test'))),
    cellKinds: { kinds: [], failures: [] },
    environment: { PATH: process.env.PATH ?? '', HOME: folder },
    ...(options.isolation === undefined ? {} : { isolation: options.isolation }),
    version: '0.0.0',
    started: new Date(),
    idle: options.idle,
    log,
  });
  const meter = createMeter();
  const app = createApp({
    auth,
    checkHost: createHostCheck([]),
    log,
    meter,
    metrics: () => createMetrics(meter, jupyter.gauges),
    version: '0.0.0',
    services: options.services ?? {},
    api: [resultRoutes(jupyter.kernels, options.idle)],
    features: [
      ...jupyter.routes,
      labRoutes({ lab, extensions: jupyter.extensions, version: '0.0.0', exposeApp: false, root, cellKinds: [] }),
    ],
  });
  const listening = await listen(app.fetch, {
    host: '127.0.0.1',
    port: 0,
    prepare: (server: Server) =>
      routeUpgrades(server, { auth, checkHost: createHostCheck([]), log, routes: jupyter.upgrades }),
  });
  const url = `http://127.0.0.1:${listening.port}`;
  return {
    app,
    auth,
    folder,
    home,
    jupyter,
    listening,
    root,
    url,
    workspace,
    /** `fetch` with the token; `body` is sent as JSON. */
    ask(method: string, path: string, body?: unknown, headers: Record<string, string> = {}): Promise<Response> {
      return fetch(url + path, {
        method,
        redirect: 'manual',
        headers: { authorization: `token ${TOKEN}`, ...headers },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
    },
    async stop() {
      await jupyter.kernels.shutdownAll();
      jupyter.closeSockets();
      listening.cut();
      await listening.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export type TestServer = Awaited<ReturnType<typeof startTestServer>>;
