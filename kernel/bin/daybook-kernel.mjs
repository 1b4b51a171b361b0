#!/usr/bin/env node
// npm links this file before anything is built: build what is missing, then run the built program.
import { buildMissing } from '../../server/bin/build.mjs';

await buildMissing({ lab: false });
await import('../dist/bin/daybook-kernel.js');
