import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, expect, test } from 'vitest';

let home: string;
const children: ChildProcess[] = [];
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'daybook-crash-'));
});
afterAll(async () => {
  for (const child of children) child.kill('SIGKILL');
  await rm(home, { recursive: true, force: true, maxRetries: 10 });
});

/** Starts the fixture and resolves with the first line it prints. */
async function start(mode: string): Promise<{ readonly child: ChildProcess; readonly line: unknown }> {
  const fixture = join(import.meta.dirname, 'testing/crash.fixture.ts');
  const child = spawn(process.execPath, ['--import', 'tsx', fixture, home, mode], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(child);
  const [line] = (await once(createInterface({ input: child.stdout }), 'line')) as [string];
  return { child, line: JSON.parse(line) };
}

test('M11: a server killed between commit and delivery, and in the midst of it, loses and doubles nothing', {
  timeout: 120_000,
}, async () => {
  for (const mode of ['committed', 'half']) {
    const { child, line } = await start(mode);
    expect(line).toBe('waiting');
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }
  const { line } = await start('after');
  expect(line).toEqual(['mention: @grace half', 'mention: @grace committed']);
});
