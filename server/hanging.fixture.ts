/*
 * The program around a server whose stop never ends, to show that it is forced. Arguments:
 * milliseconds of patience, and milliseconds in which signals count as one. Says when it stops.
 */
import { readSettings } from './config/settings.ts';
import { runProgram } from './program.ts';

const [patience = 0, together = 0] = process.argv.slice(2).map(Number);
const settings = readSettings();
const stop = () => {
  process.stdout.write('stopping\n');
  return new Promise<void>(() => {});
};
const running = { url: 'http://127.0.0.1:1', port: 1, token: '', settings, doors: [], stop };
await runProgram(undefined, async () => running, { patience, together });
// The real one has its listening socket.
setInterval(() => {}, 1_000);
