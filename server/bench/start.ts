import { type Program, startDaybook, startJupyterLab } from '../../docker/services/daybook.ts';
import { withFolder } from '../../docker/services/folder.ts';
import { python } from '../../docker/services/python.ts';
import { alternate, type Figure, figure } from './figure.ts';

/** Spawn to the first good answer, with a warm build and a home that exists, against `jupyter lab`. */
export async function start(): Promise<Figure[]> {
  const peer = python.found;
  if (peer === undefined) throw new Error(`needs ${python.name}: ${python.reason}`);
  return withFolder(async (home) => {
    await (await startDaybook({ home })).stop();
    const timed = async (starting: Promise<Program>) => {
      const program = await starting;
      await program.stop();
      return program.ready;
    };
    const samples = await alternate(
      5,
      () => timed(startDaybook({ home })),
      () => timed(startJupyterLab(peer.bin, home)),
    );
    return [figure({ bench: 'start', metric: 'spawn to ready', peerName: 'jupyter lab', unit: 'ms' }, samples)];
  });
}
