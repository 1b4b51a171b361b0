/*
 * The program around a server whose stop never ends, to show that it is forced: 200 milliseconds of
 * patience instead of 10 seconds.
 */
import { readSettings } from './config/settings.ts';
import { runProgram } from './program.ts';

const settings = readSettings();
await runProgram(
  undefined,
  async () => ({
    url: 'http://127.0.0.1:1',
    port: 1,
    token: '',
    settings,
    doors: [],
    stop: () => new Promise<void>(() => {}),
  }),
  { patience: 200 },
);
// The real one has its listening socket.
setInterval(() => {}, 1_000);
