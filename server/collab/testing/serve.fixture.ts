/**
 * The test server as a process of its own, to be killed and measured: `serve.fixture.ts HOME PORT`
 * prints its port. To the message `memory` it answers the bytes it holds after a collection.
 */
import { serve } from './serve.ts';

const server = await serve(process.argv[2] ?? '', { port: Number(process.argv[3] ?? 0) });
process.on('message', () => {
  globalThis.gc?.();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  process.send?.(heapUsed + arrayBuffers);
});
process.stdout.write(`${server.port}\n`);
