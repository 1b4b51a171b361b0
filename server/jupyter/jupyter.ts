import { join } from 'node:path';
import type { IsolationPolicy } from '@daybook/shared/ports/isolation';
import type { KernelKinds } from '@daybook/shared/ports/kernel-front';
import type { StartKernelProgram } from '@daybook/shared/ports/kernel-program';
import type { Hono } from 'hono';
import type { Logger } from 'pino';
import type { Home } from '../home/layout.ts';
import type { AppEnv } from '../http/env.ts';
import type { UpgradeRoute } from '../http/upgrades.ts';
import type { Gauges } from '../telemetry/metrics.ts';
import type { FolderWorkspace } from '../workspace/folder.ts';
import { accountRoutes } from './account.ts';
import { configRoutes } from './config-sections.ts';
import { createCheckpoints } from './contents/checkpoints.ts';
import { contentsRoutes } from './contents/routes.ts';
import { createEvents } from './events.ts';
import { fileRoutes } from './files.ts';
import { createChannels } from './kernels/channels.ts';
import { type Connections, createConnections } from './kernels/connections.ts';
import { type IdleRule, watchIdle } from './kernels/idle.ts';
import { createKernels, type Kernels } from './kernels/kernels.ts';
import { openRegister } from './kernels/register.ts';
import { kernelRoutes } from './kernels/routes.ts';
import { createSessions, type Sessions } from './kernels/sessions.ts';
import { findSpecs } from './kernels/specs.ts';
import { assetRoutes } from './lab-api/assets.ts';
import { findLabextensions, type Labextension } from './lab-api/labextensions.ts';
import { createSchemaCache } from './lab-api/schemas.ts';
import { settingsRoutes } from './lab-api/settings.ts';
import { translationRoutes } from './lab-api/translations.ts';
import { layoutRoutes } from './lab-api/workspaces.ts';
import { nbconvertRoutes } from './nbconvert.ts';
import { statusRoutes } from './status.ts';

export interface JupyterOptions {
  readonly workspace: FolderWorkspace;
  readonly home: Home;
  /** Folder of the built front end. */
  readonly lab: string;
  readonly labextensions: readonly string[];
  /** Folders whose sub-folders are kernelspecs. */
  readonly kernelFolders: readonly string[];
  /** Folders of Jupyter's data, best first: kernels installed there run as programs. */
  readonly jupyterFolders: readonly string[];
  readonly startKernelProgram: StartKernelProgram;
  /** What kernels see of the environment. */
  readonly environment: Readonly<Record<string, string>>;
  /** How far kernels are kept apart from the server; default: no sandbox. */
  readonly isolation?: IsolationPolicy;
  readonly cellKinds: KernelKinds;
  /** When kernels that nobody uses are put to sleep; undefined for never. */
  readonly idle: IdleRule | undefined;
  /** Puts large outputs back into a notebook's file, for pages that save what their document says. */
  readonly unpack?: (packed: Uint8Array) => Promise<Uint8Array>;
  readonly version: string;
  readonly started: Date;
  readonly log: Logger;
}

/** The Jupyter Server API: what a JupyterLab front end, ours or a stock one, asks of a server. */
export interface Jupyter {
  readonly routes: readonly Hono<AppEnv>[];
  readonly upgrades: readonly UpgradeRoute[];
  readonly kernels: Kernels;
  readonly sessions: Pick<Sessions, 'kernelOf'>;
  readonly extensions: readonly Labextension[];
  readonly gauges: Gauges;
  /** Says something to every page that is connected to a kernel. */
  readonly tellPages: Connections['tell'];
  /** Closes every WebSocket so that clients come back to the next server. */
  closeSockets(): void;
}

export async function createJupyter(options: JupyterOptions): Promise<Jupyter> {
  const { workspace, home, lab, version, started, log } = options;
  const specs = findSpecs({
    trusted: options.kernelFolders,
    installed: options.jupyterFolders.map((folder) => join(folder, 'kernels')),
    log,
  });
  const [register, extensions, layouts] = await Promise.all([
    openRegister(home.kernels, workspace.root),
    findLabextensions(options.labextensions, log),
    layoutRoutes({ folder: home.workspaces, fallback: join(lab, 'workspace.json') }),
  ]);
  const kernels = createKernels({
    specs,
    startProgram: options.startKernelProgram,
    workspace: workspace.root,
    history: home.history,
    environment: options.environment,
    isolation: options.isolation,
    cellKinds: options.cellKinds,
    log,
    register,
    started,
  });
  const connections = createConnections();
  kernels.onGone(connections.forget);
  kernels.onSleep(connections.forget);
  const stopIdle = watchIdle(kernels, options.idle, { log });
  const channels = createChannels(kernels, connections, log);
  const events = createEvents();
  const sessions = createSessions(kernels, workspace, register);
  const schemas = createSchemaCache({ lab, extensions: extensions.map(({ folder }) => folder) }, log);

  return {
    kernels,
    sessions,
    extensions,
    tellPages: connections.tell,
    upgrades: [channels.route, events.route],
    gauges: {
      kernels: () => kernels.list().length,
      sessions: () => sessions.count,
      kernelSockets: () => connections.open,
    },
    routes: [
      contentsRoutes(workspace, createCheckpoints(workspace, home.checkpoints), options.unpack),
      fileRoutes(workspace),
      kernelRoutes(kernels, workspace),
      sessions.routes,
      accountRoutes(),
      statusRoutes(kernels, version, started),
      configRoutes(home.settings),
      nbconvertRoutes(),
      settingsRoutes(schemas, home.settings),
      layouts,
      translationRoutes(),
      assetRoutes(lab, extensions),
    ],
    closeSockets() {
      stopIdle();
      channels.close();
      events.close();
    },
  };
}
