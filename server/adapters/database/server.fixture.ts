/*
 * A server to be killed: opens the embedded database of the home (1st argument), says `open`, and
 * stores numbers, printing each when it is stored. `plain` (2nd): its PostgreSQL outlives it.
 */
import { mkdir } from 'node:fs/promises';
import { meta } from '../../db/schema.ts';
import { silent } from '../log.fixture.ts';
import { chooseAccount } from './account.ts';
import { findBinaries } from './binaries.ts';
import { openEmbedded } from './embedded.ts';
import { outliving } from './outliving.fixture.ts';

const [home = '', mode] = process.argv.slice(2);
await mkdir(home, { recursive: true });
const account = chooseAccount({ program: (await findBinaries()).initdb, folder: home });
const { orm } = await openEmbedded(home, silent(), { account: mode === 'plain' ? outliving(account) : account });
process.stdout.write('open\n');
for (let n = 1; ; n++) {
  await orm.insert(meta).values({ name: `number ${n}`, value: String(n) });
  process.stdout.write(`${n}\n`);
}
