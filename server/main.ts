import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join, resolve } from 'node:path';
import { forKernel, installedKinds } from '@daybook/cells/installed';
import { VERSIONS_CHANGED } from '@daybook/shared/api/versions';
import { DaybookError } from '@daybook/shared/errors/error';
import { openBlobs, openBus, openDatabase, openDocumentLog, openKernelPrograms } from './adapters/open.ts';
import { createAuth } from './auth/auth.ts';
import { identityOf } from './auth/identity.ts';
import { openSessions } from './auth/sessions.ts';
import { homeToken } from './auth/token.ts';
import { cellKindRoutes, kindsForPage } from './cell-kinds/routes.ts';
import { createClosers } from './closers.ts';
import { type Collab, createCollab, withExclusiveWrites } from './collab/index.ts';
import { createComments } from './comments/comments.ts';
import { installation } from './config/places.ts';
import { readSettings } from './config/settings.ts';
import { documents as documentRows } from './db/schema.ts';
import { createHistory } from './history/history.ts';
import { historyRoutes } from './history/routes.ts';
import { checkLayout, type Home, openHome } from './home/layout.ts';
import { lockHome } from './home/lock.ts';
import { createApp } from './http/app.ts';
import { createHostCheck } from './http/hosts.ts';
import { listen } from './http/listen.ts';
import { routeUpgrades, type UpgradeRoute } from './http/upgrades.ts';
import { createJupyter } from './jupyter/jupyter.ts';
import { labRoutes } from './lab/page.ts';
import { createOutputs } from './outputs/outputs.ts';
import { outputRoutes } from './outputs/routes.ts';
import { sweepDaily } from './outputs/sweep-daily.ts';
import { runProgram } from './program.ts';
import { resultRoutes } from './results/routes.ts';
import type { Running, StartOptions } from './running.ts';
import { createRunRecords } from './runs/records.ts';
import { recoverRuns } from './runs/recover.ts';
import { runRoutes } from './runs/routes.ts';
import { createRuns } from './runs/runs.ts';
import { createLog } from './telemetry/log.ts';
import { createMeter } from './telemetry/meter.ts';
import { createMetrics, type Metrics } from './telemetry/metrics.ts';
import { trashRoutes } from './trash/routes.ts';
import { openWorkspace } from './workspace/folder.ts';

/*
 * The composition root: the only module that knows which adapter stands behind which port. It
 * opens things in the order they depend on each other (independent ones at the same time) and
 * closes them in reverse.
 */

export { doctor } from './doctor.ts';

/** Runs the server as a program until it is told to stop. */
export const run = (folder: string | undefined): Promise<void> => runProgram(folder, start);

/**
 * Starts one server. Resolves when it answers requests. Errors (nothing was changed, nothing keeps
 * running): `home_not_writable`, `home_from_newer_version`, `home_in_use`, `no_such_folder`,
 * `port_taken`, and those of the services that the settings name.
 */
export async function start({ settings = readSettings(), folder }: StartOptions = {}): Promise<Running> {
  const log = createLog(settings.logLevel);
  const closers = createClosers();
  const started = new Date();
  let stopping: Promise<void> | undefined;
  const stop = () => {
    stopping ??= closers.closeAll().then((failures) => {
      for (const { name, error } of failures) log.error({ err: error, part: name }, 'did not stop cleanly');
    });
    return stopping;
  };

  try {
    await checkFolder(folder);
    await checkLayout(settings.home);
    const lock = await lockHome(settings.home);
    closers.add('home lock', lock.release);
    const home = await openHome(settings.home);

    const root = installation();
    const version = await versionOf(root);
    const lab = join(root, 'extension/app/static');
    const open = async <T extends { close(): Promise<void> }>(name: string, opening: Promise<T>): Promise<T> => {
      const opened = await opening;
      closers.add(name, () => opened.close());
      return opened;
    };
    const [database, blobs, bus, workspace, token, sessions] = await allOrNone([
      open('database', openDatabase(settings, log)),
      open('blobs', openBlobs(settings, log)),
      open('bus', openBus(settings, log)),
      workspaceFolder(home, folder)
        .then((path) => openWorkspace(path, { trash: home.trash, home: home.root }))
        .then(withExclusiveWrites),
      homeToken(home.auth, settings.token),
      openSessions(home.auth),
    ]);

    const documents = await open('documents', openDocumentLog(settings, { database, folder: home.documents }));

    const auth = createAuth({ token, sessions, owner: identityOf(accountName()) });
    const checkHost = createHostCheck([settings.host, ...settings.allowedHosts]);
    const cellKinds = installedKinds(settings.cellKinds, [settings.folder, workspace.root, root]);
    for (const { name, reason } of cellKinds.failures) log.error(`The cell kinds of “${name}” are left out: ${reason}`);
    const outputs = createOutputs({ blobs, log });
    const jupyter = await createJupyter({
      unpack: outputs.unpack,
      cellKinds: forKernel(cellKinds),
      workspace,
      home,
      lab,
      version,
      started,
      log,
      labextensions: settings.labextensions,
      kernelFolders: [join(root, 'kernel/dist/kernelspec'), ...settings.kernels],
      jupyterFolders: settings.jupyterFolders,
      startKernelProgram: openKernelPrograms(settings),
      environment: settings.kernelEnvironment,
      isolation: settings.isolation,
      idle: settings.kernelIdle,
    });
    const history = createHistory({
      ...{ database, blobs, log, days: settings.historyDays },
      onChange: (id) => void collab.announce({ id }, { kind: VERSIONS_CHANGED, body: {} }),
    });
    const collab: Collab = createCollab({
      ...{ workspace, log: documents, database, logger: log, watch: auth.watch },
      observe: history.observe,
      packing: outputs,
      onLoad: (doc) => recoverRuns(doc, Date.now()),
    });
    const allDocuments = async () =>
      (await database.orm.select({ id: documentRows.id }).from(documentRows)).map(({ id }) => id);
    const sweeping = sweepDaily({
      store: outputs.store,
      places: { documents: allDocuments, log: documents, blobs },
      logger: log,
    });
    closers.add('sweep of outputs', sweeping.stop);
    const records = createRunRecords(database);
    const runs = createRuns({
      kernels: jupyter.kernels,
      tellPages: jupyter.tellPages,
      hold: collab.hold,
      records,
      store: outputs.store,
      log,
    });
    const place = { hold: collab.hold, kernelOf: jupyter.sessions.kernelOf };
    const comments = createComments({ database, workspace, announce: collab.announce, log });
    closers.add('notifications', () => comments.close());
    const rooms: UpgradeRoute = {
      example: '/api/collaboration/room/x',
      matches: (path) => path.startsWith('/api/collaboration/room/'),
      handle: collab.upgrade,
    };

    const meter = createMeter();
    let metrics: Promise<Metrics> | undefined;
    const app = createApp({
      auth,
      checkHost,
      log,
      meter,
      metrics: () => {
        metrics ??= createMetrics(meter, { ...jupyter.gauges, documents: collab.gauges });
        return metrics;
      },
      version,
      services: { database, blobs, bus },
      api: [
        resultRoutes(jupyter.kernels, settings.kernelIdle),
        runRoutes({ runs, records, place }),
        ...comments.routes,
        historyRoutes({ history, collab, workspace, unpack: outputs.unpack }),
        outputRoutes(outputs.store),
        trashRoutes({
          trash: workspace.trash,
          onPurged: async (id) => {
            // Its deletion may have been only a moment ago.
            await collab.upToDate;
            for (const document of await history.purge(id)) await collab.forget(document);
          },
        }),
      ],
      features: [
        ...jupyter.routes,
        collab.routes,
        cellKindRoutes(cellKinds.kinds),
        labRoutes({
          lab,
          extensions: jupyter.extensions,
          version,
          exposeApp: settings.exposeApp,
          root: workspace.root,
          cellKinds: kindsForPage(cellKinds.kinds),
        }),
      ],
    });

    const upgrades = [...jupyter.upgrades, rooms];
    const listening = await listen(app.fetch, {
      host: settings.host,
      port: settings.port,
      prepare: (server) => routeUpgrades(server, { auth, checkHost, log, routes: upgrades }),
    });
    let ended: Promise<void> = Promise.resolve();
    // Closed in reverse: no new connections, documents written, kernels ended, the last requests answered.
    closers.add('connections', async () => {
      const cut = setTimeout(listening.cut, 1_500);
      await ended;
      clearTimeout(cut);
    });
    closers.add('kernels', () => jupyter.kernels.shutdownAll());
    closers.add('shared documents', () => collab.close());
    closers.add('runs', () => runs.stop());
    closers.add('sockets', () => {
      ended = listening.stop();
      jupyter.closeSockets();
    });

    const url = `http://${urlHost(settings.host)}:${listening.port}`;
    log.info({ workspace: workspace.root, home: home.root, ms: Date.now() - started.getTime() }, 'ready');
    const doors = [
      ...app.routes.map(({ method, path }) => ({ method, path })),
      ...upgrades.map(({ example }) => ({ method: 'WebSocket', path: example })),
    ];
    return { url, port: listening.port, token, settings, doors, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** As `Promise.all`, but waits for all, so that what was opened beside a failure gets closed. */
async function allOrNone<T extends readonly unknown[]>(opening: { [K in keyof T]: Promise<T[K]> }): Promise<T> {
  await Promise.allSettled(opening);
  return (await Promise.all(opening)) as unknown as T;
}

async function checkFolder(folder: string | undefined): Promise<void> {
  if (folder === undefined) return;
  const found = await stat(resolve(folder)).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  throw new DaybookError('no_such_folder', `There is no folder ${resolve(folder)}.`, {
    action: 'Make it first, or start without a folder to use the one in the home.',
  });
}

/** The folder the user named, or the home's own, filled with the samples when it is made. */
async function workspaceFolder(home: Home, folder: string | undefined): Promise<string> {
  if (folder !== undefined) return resolve(folder);
  if (existsSync(home.workspace)) return home.workspace;
  // Filled beside and then renamed: a first start that is cut off leaves no half-filled workspace.
  const draft = `${home.workspace}.new`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { recursive: true });
  const { installSamples } = await import('./samples/install.ts');
  await installSamples(draft);
  await rename(draft, home.workspace);
  return home.workspace;
}

async function versionOf(root: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(root, 'server/package.json'), 'utf8')) as { version: string };
  return version;
}

/** Containers may run under a user id without an account. */
function accountName(): string {
  try {
    return userInfo().username;
  } catch {
    return 'owner';
  }
}

function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}
