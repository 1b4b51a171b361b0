#!/usr/bin/env node
// `npx daybook COMMAND`: start, doctor.
import { checkNodeVersion } from './node-version.mjs';

checkNodeVersion();

const COMMANDS = {
  start: async (args) => {
    const { startProgram } = await import('./start-program.mjs');
    await startProgram(args);
  },
  doctor: async (args) => {
    if (args.length > 0) {
      process.stderr.write(`\nUnexpected: ${args[0]}. Usage: daybook doctor\n[bad_usage]\n\n`);
      process.exit(2);
    }
    const { buildMissing } = await import('./build.mjs');
    await buildMissing({ lab: false });
    const { doctor } = await import('../dist/main.js');
    process.exitCode = await doctor();
  },
};

const USAGE = `Usage: daybook COMMAND

  start [FOLDER]   start the server on a workspace folder
  doctor           show each setting, what is embedded, and which guards around kernels hold
`;

const [name, ...args] = process.argv.slice(2);
if (name === undefined || name === 'help' || name === '--help' || name === '-h') process.stdout.write(USAGE);
else if (Object.hasOwn(COMMANDS, name)) await COMMANDS[name](args);
else {
  process.stderr.write(`\n“${name}” is not a command of daybook.\n\n${USAGE}[unknown_command]\n\n`);
  process.exit(2);
}
