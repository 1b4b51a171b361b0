import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as Y from 'yjs';
import { withFolder } from '../../../docker/services/folder.ts';
import { createRandom } from '../../../shared/notebook/testing/random.ts';
import { serve } from '../../collab/testing/serve.ts';
import { type Figure, figure } from '../figure.ts';

const EDITS = 260_000;
const ROUNDS = 5;
/** Edits between two of the server's commits. */
const COMMIT = 100;
const PATH = 'long.txt';

/** Opening a document with a long past from the log as our rooms leave it, beside replaying every edit. */
export async function coldOpen(): Promise<Figure[]> {
  return withFolder(async (home) => {
    await mkdir(join(home, 'workspace'), { recursive: true });
    await writeFile(join(home, 'workspace', PATH), '');
    const raw = await write(home);
    const samples = { ours: [] as number[], peer: [] as number[] };
    for (let round = 0; round < ROUNDS; round += 1) {
      samples.ours.push(await open(home));
      samples.peer.push(replay(raw));
    }
    const name = { bench: 'collab', peerName: 'replay of every edit', unit: 'ms' };
    const best = { ours: [Math.min(...samples.ours)], peer: [Math.min(...samples.peer)] };
    return [figure({ ...name, metric: `cold open of a document of ${EDITS} edits` }, best)];
  });
}

/** Somebody types and corrects at places without a plan; answers every single update. */
async function write(home: string): Promise<Uint8Array[]> {
  const server = await serve(home, { quiet: 60_000 });
  const held = await server.collab.hold({ path: PATH });
  const raw: Uint8Array[] = [Y.encodeStateAsUpdate(held.doc)];
  held.doc.on('update', (update: Uint8Array) => raw.push(update));
  const text = held.doc.getText('source');
  const random = createRandom(1);
  let at = 0;
  for (let edit = 1; edit <= EDITS; edit += 1) {
    if (random() < 0.02) at = Math.floor(random() * text.length);
    held.transact(() => {
      if (random() < 0.2 && at > 0) {
        at -= 1;
        text.delete(at, 1);
      } else {
        text.insert(at, 'x');
        at += 1;
      }
    });
    if (edit % COMMIT === 0) await held.settle();
  }
  held.release();
  await server.close();
  return raw;
}

async function open(home: string): Promise<number> {
  const server = await serve(home, { quiet: 60_000 });
  const started = performance.now();
  const held = await server.collab.hold({ path: PATH });
  const took = performance.now() - started;
  held.release();
  await server.close();
  return took;
}

function replay(raw: readonly Uint8Array[]): number {
  const started = performance.now();
  const doc = new Y.Doc();
  for (const update of raw) Y.applyUpdate(doc, update);
  const took = performance.now() - started;
  doc.destroy();
  return took;
}
