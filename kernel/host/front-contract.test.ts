import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { kernelFrontContract } from '@daybook/shared/contracts/kernel-front';
import type { KernelFrontModule } from '@daybook/shared/ports/kernel-front';
import { isRunning } from '../../docker/services/process.ts';

const FRONT = pathToFileURL(join(import.meta.dirname, '../dist/front.js')).href;

kernelFrontContract(
  'Daybook’s own, in process',
  {
    answer: '6 * 7',
    ordered: 'console.log("a"); display("shown"); console.log("b"); 1',
    keep: 'const kept = 41',
    useKept: 'kept + 1',
    loop: 'display("running"); while (true) {}',
    ask: 'console.log(await prompt("name? "))',
    fail: 'throw new Error("wanted")',
    die: 'require("child_process").execSync("kill -SEGV " + process.pid); while (true) {}',
    flood: 'for (let n = 0; n < 20; n++) console.log("x".repeat(1024 * 1024))',
    child: 'const child = require("node:child_process").spawn("sleep", ["600"]); console.log(child.pid)',
  },
  async () => {
    const { createFront } = (await import(FRONT)) as KernelFrontModule;
    const folder = await mkdtemp(join(tmpdir(), 'daybook-kernel-'));
    const front = createFront({ id: 'contract', cwd: folder, env: { PATH: process.env.PATH ?? '', HOME: folder } });
    return {
      front,
      isRunning,
      async dispose() {
        await front.shutdown();
        await rm(folder, { recursive: true, force: true });
      },
    };
  },
);
