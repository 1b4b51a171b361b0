/**
 * Our rooms with their file log as a process of their own: `ours.fixture.ts HOME PORT` prints its
 * port. Besides what is measured it holds documents, `{hold: paths}`, and lets them go, `release`.
 */
import type { HeldDocument } from '../../collab/held-document.ts';
import { serve } from '../../collab/testing/serve.ts';
import { answerUsage } from './answer.ts';

const [home = '', port] = process.argv.slice(2);
const server = await serve(home, { port: Number(port ?? 0), quiet: 500, idle: 50 });
const held: HeldDocument[] = [];

async function hold(paths: readonly string[]): Promise<void> {
  for (const path of paths) held.push(await server.collab.hold({ path }));
  process.send?.('held');
}

answerUsage((message) => {
  if (message === 'release') for (const each of held.splice(0)) each.release();
  else if (typeof message === 'object' && message !== null && 'hold' in message) void hold(message.hold as string[]);
});
process.stdout.write(`${server.port}\n`);
