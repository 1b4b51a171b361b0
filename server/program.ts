import { complain } from './complain.ts';
import { readSettings } from './config/settings.ts';
import type { Running, StartOptions } from './running.ts';

/*
 * The server as a program: what it prints, which signals it obeys, with which code it ends.
 * Standard output holds the URL (or the machine-readable line) and nothing else that changes.
 */

/** Milliseconds a stop may take before it is forced. */
const PATIENCE = 10_000;
/**
 * Milliseconds in which further signals are the same wish: Ctrl+C reaches every program of the
 * terminal, and npm and `npm run dev` pass it on once more.
 */
const TOGETHER = 1_000;

/** What cells can do on this machine. */
const RIGHTS = {
  off: 'Cells run with your own rights on this machine.',
  auto: 'Cells run in a sandbox if this machine can make one; “npx daybook doctor” tells.',
  required: 'Cells run in a sandbox; “npx daybook doctor” tells what it enforces.',
} as const;

/** Runs the server until it is told to stop. `folder` is the workspace. Never throws. */
export async function runProgram(
  folder: string | undefined,
  start: (options: StartOptions) => Promise<Running>,
  { patience = PATIENCE, together = TOGETHER }: { patience?: number; together?: number } = {},
): Promise<void> {
  let running: Running | undefined;
  let asked: number | undefined;
  const onSignal = () => {
    const now = performance.now();
    if (asked !== undefined && now - asked >= together) process.exit(1);
    if (asked !== undefined) return;
    asked = now;
    setTimeout(() => {
      process.stderr.write(`Stopping took longer than ${patience / 1000} seconds; ending now.\n`);
      process.exit(1);
    }, patience);
    // While starting, the stop follows as soon as there is something to stop.
    if (running !== undefined) void running.stop().then(() => process.exit(0));
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);

  try {
    const settings = readSettings();
    running = await start({ settings, folder });
    if (asked !== undefined) {
      await running.stop();
      process.exit(0);
    }
    announce(running);
  } catch (error) {
    complain(error);
    process.exit(1);
  }
}

function announce({ url, token, settings }: Running): void {
  if (settings.json) {
    process.stdout.write(`${JSON.stringify({ daybook: 'ready', url, token })}\n`);
    return;
  }
  process.stdout.write(`\nDaybook is ready: ${url}/lab?token=${encodeURIComponent(token)}\n`);
  process.stdout.write(`${RIGHTS[settings.isolation.sandbox]} Stop with Ctrl+C.\n\n`);
}
