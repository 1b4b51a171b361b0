// Shared by `npm start` and `npx daybook start`.
import { buildMissing } from './build.mjs';

/** @param {string[]} args at most one: the workspace folder */
export async function startProgram(args) {
  const unknown = args.find((arg) => arg.startsWith('-'));
  if (unknown !== undefined || args.length > 1) {
    process.stderr.write(`\nUnexpected: ${unknown ?? args[1]}. Usage: npm start -- [FOLDER]\n[bad_usage]\n\n`);
    process.exit(2);
  }
  try {
    await buildMissing({ say: (line) => process.stderr.write(`${line}\n`) });
  } catch (error) {
    process.stderr.write(`\nThe build failed: ${error.message}\nRun “npm ci” and start again.\n[build_failed]\n\n`);
    process.exit(1);
  }
  const { run } = await import('../dist/main.js');
  await run(args[0]);
}
