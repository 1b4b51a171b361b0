import { createHome, notebookOf } from '../../collab/testing/home.ts';
import type { Figure } from '../figure.ts';
import { alone } from './alone.ts';
import { startRoomServer } from './room-server.ts';

const DOCUMENTS = 200;
const CELLS = 20;
const PER = 1024;

/** What an open notebook that nobody works in holds, and what is left of it when it was let go. */
export async function idleMemory(): Promise<Figure[]> {
  const home = await createHome();
  const cells = Object.fromEntries(Array.from({ length: CELLS }, (_, at) => [`c${at}`, `const x${at} = ${at};\n`]));
  const paths = Array.from({ length: DOCUMENTS + 1 }, (_, at) => `n${at}.ipynb`);
  for (const path of paths) await home.put(path, notebookOf(cells));
  const server = await startRoomServer('ours', home.path);
  try {
    await server.hold(paths.slice(0, 1)); // what the first one costs is not of documents
    const before = (await server.memory()).memory;
    await server.hold(paths.slice(1));
    const open = (await server.memory()).memory;
    server.release();
    await new Promise((resolve) => setTimeout(resolve, 3_000)); // they go after 50 ms
    const after = (await server.memory()).memory;
    return [
      alone(`memory of an idle notebook of ${CELLS} cells`, (open - before) / DOCUMENTS / PER, 'KB'),
      alone('memory left of it when it was let go', (after - before) / DOCUMENTS / PER, 'KB'),
    ];
  } finally {
    await server.kill();
    await home.remove();
  }
}
