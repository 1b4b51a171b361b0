import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DaybookError } from '@daybook/shared/errors/error';
import type { Blobs } from '@daybook/shared/ports/blobs';
import type { Bus } from '@daybook/shared/ports/bus';
import type { DocumentLog } from '@daybook/shared/ports/document-log';
import type { StartKernelProgram } from '@daybook/shared/ports/kernel-program';
import type { Database } from '../db/database.ts';
import type { Log } from './log.ts';

/** The settings that choose adapters; the server's `Settings` fit. */
export interface AdapterSettings {
  /** Absolute. */
  readonly home: string;
  readonly databaseUrl?: string | undefined;
  readonly redisUrl?: string | undefined;
  readonly s3?: S3Settings | undefined;
}

export interface S3Settings {
  readonly endpoint: string;
  readonly bucket: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region: string;
}

/*
 * Each of these opens the adapter that the settings choose and fails, with a message that says what
 * to do, when it cannot be used. Adapters are loaded when chosen: a server on embedded defaults
 * never loads the SDKs of the services.
 */

/** PostgreSQL by `databaseUrl`, or the embedded one in `<home>/database`. */
export async function openDatabase(settings: AdapterSettings, log: Log): Promise<Database> {
  if (settings.databaseUrl !== undefined) {
    const { openPostgres } = await import('./database/postgres.ts');
    return openPostgres(settings.databaseUrl);
  }
  const { openEmbedded } = await import('./database/embedded.ts');
  return openEmbedded(settings.home, log);
}

/** The database's tables where `databaseUrl` names a database, or files in `folder`. */
export async function openDocumentLog(
  { databaseUrl }: Pick<AdapterSettings, 'databaseUrl'>,
  { database, folder }: { readonly database: Database; readonly folder: string },
): Promise<DocumentLog> {
  if (databaseUrl !== undefined) {
    const { openDatabaseLog } = await import('./document-log/database.ts');
    return openDatabaseLog(database);
  }
  const { openFileLog } = await import('./document-log/files.ts');
  return openFileLog(folder);
}

/** S3 by `s3`, or files in `<home>/blobs`. */
export async function openBlobs(settings: AdapterSettings, log: Log): Promise<Blobs> {
  if (settings.s3 === undefined) {
    const { openFiles } = await import('./blobs/files.ts');
    return openFiles(join(settings.home, 'blobs'));
  }
  const { openS3 } = await import('./blobs/s3.ts');
  const blobs = await openS3(settings.s3, log);
  try {
    await blobs.check();
    return blobs;
  } catch (error) {
    await blobs.close();
    throw error;
  }
}

/** Redis by `redisUrl`, or this process alone. */
export async function openBus(settings: AdapterSettings, log: Log): Promise<Bus> {
  if (settings.redisUrl !== undefined) {
    const { openRedis } = await import('./bus/redis.ts');
    return openRedis(settings.redisUrl, log);
  }
  const { openInProcess } = await import('./bus/in-process.ts');
  return openInProcess(log);
}

/** Kernels that are programs, over ZeroMQ. */
export function openKernelPrograms({ home }: Pick<AdapterSettings, 'home'>): StartKernelProgram {
  const runtime = join(home, 'runtime');
  let loading: Promise<typeof import('./kernels/zeromq-kernel.ts')> | undefined;
  async function load(name: string) {
    // Left by a server that was killed.
    await rm(runtime, { recursive: true, force: true });
    try {
      return await import('./kernels/zeromq-kernel.ts');
    } catch (cause) {
      loading = undefined;
      throw new DaybookError(
        'kernel_not_supported',
        `The kernel “${name}” needs ZeroMQ, which cannot be loaded here.`,
        {
          status: 501,
          cause,
          action: 'Run “npm install” again on this machine, or choose “Daybook (TypeScript)”.',
        },
      );
    }
  }
  return async (program, options) => {
    loading ??= load(program.displayName);
    const { startZeroMqKernel } = await loading;
    return startZeroMqKernel(program, { ...options, runtime });
  };
}
