import { pino } from 'pino';
import { openEmbedded } from '../../adapters/database/embedded.ts';
import { identityOf } from '../../auth/identity.ts';
import { createDocuments } from '../../collab/documents.ts';
import { outbox } from '../../db/schema.ts';
import { createCentre } from '../../notify/centre.ts';
import { startOutbox } from '../../notify/outbox.ts';
import { createPeople } from '../../people/people.ts';
import { createWriting } from '../write.ts';

/*
 * A server that writes a comment and then waits to be killed: before anything of it is delivered
 * (`committed`), or while the second of two sinks has it (`half`). As `after` it delivers what it
 * finds and prints what Grace was told.
 */
const [home = '', mode] = process.argv.slice(2);
const log = pino({ level: 'silent' });
const database = await openEmbedded(home, log);
const centre = createCentre(database);
const say = (line: unknown) => process.stdout.write(`${JSON.stringify(line)}\n`);

if (mode === 'after') {
  const running = startOutbox(database, { sinks: [centre], log });
  while ((await database.orm.select().from(outbox)).length > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  await running.close();
  const { notifications } = await centre.list('grace', { limit: 100 });
  say(notifications.map(({ kind, excerpt }) => `${kind}: ${excerpt}`));
  await database.close();
} else {
  const people = createPeople(database);
  const [ada, grace] = ['ada', 'grace'].map((name) => identityOf(name, { id: name, role: 'editor' }));
  if (ada === undefined || grace === undefined) throw new Error('nobody is here');
  await people.meet(ada);
  await people.meet(grace);
  const writing = createWriting(database, { people });
  const { id } = await createDocuments(database).open('notes.ipynb');
  await writing.openThread(ada, id, { anchor: { type: 'notebook' }, body: `@grace ${mode}`, key: `key of ${mode}` });
  if (mode === 'committed') say('waiting');
  else {
    const hangs = { name: 'hangs', deliver: () => new Promise<void>(() => say('waiting')) };
    startOutbox(database, { sinks: [centre, hangs], log });
  }
  setInterval(() => undefined, 60_000);
}
