/**
 * The test server as a process of its own, to be killed and measured: `serve.fixture.ts HOME PORT`
 * prints its port; with `DEATH NTH` it kills itself at that place of a commit after the message
 * `arm`. To the message `memory` it answers the bytes it holds after a collection.
 */
import { join } from 'node:path';
import { openFileLog } from '../../adapters/document-log/files.ts';
import { DEATHS, dying } from './deaths.ts';
import { serve } from './serve.ts';

const [home = '', port, wanted, nth] = process.argv.slice(2);
let armed = false;
const death = DEATHS.find((place) => place === wanted);
const server = await serve(home, {
  port: Number(port ?? 0),
  ...(death === undefined
    ? {}
    : { log: await openFileLog(join(home, 'log'), { openFile: dying(death, Number(nth), () => armed) }) }),
});
process.on('message', (message) => {
  if (message === 'arm') {
    armed = true;
    return;
  }
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  process.send?.(heapUsed + arrayBuffers);
});
process.stdout.write(`${server.port}\n`);
