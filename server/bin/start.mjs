// `npm start -- FOLDER`: builds what is missing and runs the server until it is stopped.
import { checkNodeVersion } from './node-version.mjs';

checkNodeVersion();
const { startProgram } = await import('./start-program.mjs');
await startProgram(process.argv.slice(2));
