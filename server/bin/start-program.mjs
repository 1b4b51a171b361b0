// Shared by `npm start` and `npx daybook start`.
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { buildMissing } from './build.mjs';

/**
 * The workspace folder as the user meant it. npm runs scripts in the package's folder and leaves
 * the folder the user typed in behind as INIT_CWD; other programs inherit that, so it counts only
 * for our own scripts.
 * @param {string | undefined} folder
 */
function typedFolder(folder, { env = process.env, cwd = process.cwd() } = {}) {
  if (folder === undefined) return undefined;
  const isScript = env.npm_command === 'run-script' || env.npm_command === 'start';
  const typedIn = isScript && /^(start|dev)$/.test(env.npm_lifecycle_event ?? '') ? env.INIT_CWD : undefined;
  return resolve(typedIn ?? cwd, folder);
}

/** @param {string[]} args at most one: the workspace folder */
export async function startProgram(args) {
  const unknown = args.find((arg) => arg.startsWith('-'));
  if (unknown !== undefined || args.length > 1) {
    process.stderr.write(`\nUnexpected: ${unknown ?? args[1]}. Usage: npm start -- [FOLDER]\n[bad_usage]\n\n`);
    process.exit(2);
  }
  const folder = typedFolder(args[0]);
  // A folder that is not there is said at once, not after half a minute of building.
  const lab = folder === undefined || existsSync(folder);
  try {
    await buildMissing({ lab, say: (line) => process.stderr.write(`${line}\n`) });
  } catch (error) {
    process.stderr.write(`\nThe build failed: ${error.message}\nRun “npm ci” and start again.\n[build_failed]\n\n`);
    process.exit(1);
  }
  const { run } = await import('../dist/main.js');
  await run(folder);
}
