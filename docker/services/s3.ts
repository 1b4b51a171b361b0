import type { ChildProcess } from 'node:child_process';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { need } from './need.ts';
import { freePort, type Service, startProcess, stopProcess } from './process.ts';
import { findProgram } from './programs.ts';

/** Path of `versitygw`, an S3 server that keeps objects as files. */
export const s3 = need(
  'an S3 server (versitygw)',
  '`GOBIN=$PWD/.cache/bin go install github.com/versity/versitygw/cmd/versitygw@v1.8.0`, or name its folder in DAYBOOK_VERSITYGW_BIN',
  () => findProgram('versitygw', [process.env.DAYBOOK_VERSITYGW_BIN]),
);

export interface S3Service extends Service {
  readonly bucket: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region: string;
}

/** An S3 server of the test's own with one empty bucket. */
export async function startS3(program: string): Promise<S3Service> {
  const folder = await mkdtemp(join(tmpdir(), 'daybook-s3-'));
  const [bucket, accessKey, secretKey, region] = ['daybook', 'daybook-test', 'daybook-test-secret', 'us-east-1'];
  const objects = join(folder, 'objects');
  await mkdir(join(objects, bucket), { recursive: true });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const words = [
    '--port',
    `127.0.0.1:${port}`,
    '--region',
    region,
    '--quiet',
    'posix',
    '--sidecar',
    join(folder, 'sidecar'),
    objects,
  ];
  await mkdir(join(folder, 'sidecar'));
  const environment = { ROOT_ACCESS_KEY: accessKey, ROOT_SECRET_KEY: secretKey, HOME: folder };
  let child: ChildProcess | undefined;
  const service: S3Service = {
    url,
    bucket,
    accessKey,
    secretKey,
    region,
    async start() {
      child = await startProcess({ program, words, environment, cwd: folder }, () => answers(url));
    },
    async stop() {
      if (child !== undefined) await stopProcess(child, 'SIGKILL');
    },
    async dispose() {
      await service.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
  await service.start();
  return service;
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(url);
    await response.arrayBuffer();
    return true;
  } catch {
    // Not listening yet.
    return false;
  }
}
