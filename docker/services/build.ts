import { buildMissing } from '../../server/bin/build.mjs';

/** Vitest's global setup: tests start the built kernel and server, as users do. */
export default async function setup(): Promise<void> {
  await buildMissing({ lab: false });
}
