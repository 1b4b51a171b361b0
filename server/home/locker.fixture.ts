import { DaybookError } from '@daybook/shared/errors/error';
import { lockHome } from './lock.ts';

/** Takes the lock of the home named on the command line and holds it until its input ends. */
const home = process.argv[2] ?? '';
const outcome = await lockHome(home).then(
  () => 'locked',
  (error: unknown) => (error instanceof DaybookError ? error.code : String(error)),
);
process.stdout.write(`${outcome}\n`);
process.stdin.resume();
process.stdin.once('end', () => process.exit(0));
