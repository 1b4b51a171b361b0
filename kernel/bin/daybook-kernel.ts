import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';
import { DaybookError } from '@daybook/shared/errors/error';
import { install } from '../kernelspec/install.ts';
import { parseArguments, USAGE } from './arguments.ts';
import { runKernel } from './run-kernel.ts';

/** The program behind the kernelspec: runs one kernel for stock Jupyter, or installs itself there. */
async function main(): Promise<number> {
  const command = parseArguments(process.argv.slice(2));
  switch (command.type) {
    case 'help':
      process.stdout.write(`${USAGE}\n`);
      return 0;
    case 'wrong':
      process.stderr.write(`${command.reason}\n\n${USAGE}\n`);
      return 2;
    case 'install': {
      const prefix = command.prefix === undefined ? undefined : resolve(command.prefix);
      const program = join(import.meta.dirname, 'daybook-kernel.js');
      const front = join(import.meta.dirname, '../front.js');
      const labextension = join(import.meta.dirname, '../../../extension/labextension');
      const { env, platform } = process;
      const installed = await install({ prefix, program, front, labextension, env, platform });
      process.stdout.write(`Installed the kernel “Daybook (TypeScript)” in ${installed.kernelspec}\n`);
      process.stdout.write(
        installed.labextension === undefined
          ? 'Tables and charts stay plain in JupyterLab: run “npm run build:labextension” and install again for the extension.\n'
          : `Installed the JupyterLab extension in ${installed.labextension}\n`,
      );
      return 0;
    }
    case 'run':
      return runKernel({ id: randomUUID(), file: command.file, cwd: process.cwd(), env: process.env });
  }
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof DaybookError)) throw error;
  process.stderr.write(`${[error.message, error.action].filter(Boolean).join(' ')}\n`);
  process.exitCode = 1;
}
// Sockets and the executor are closed by now; whatever else is left must not keep a kernel alive.
process.exit();
