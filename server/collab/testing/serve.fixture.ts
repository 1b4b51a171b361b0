/** The test server as a process of its own, to be killed: `serve.fixture.ts HOME PORT` prints its port. */
import { serve } from './serve.ts';

const server = await serve(process.argv[2] ?? '', { port: Number(process.argv[3] ?? 0) });
process.stdout.write(`${server.port}\n`);
