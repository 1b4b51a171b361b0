import { pino } from 'pino';
import { expect, test } from 'vitest';
import { sweepDaily } from './sweep-daily.ts';
import { openOutputs } from './testing/bench.ts';

test('[O10] sweeps again and again, also after one that failed, until it is stopped', async () => {
  const bench = await openOutputs();
  try {
    const sha256 = await bench.outputs.store.put(Buffer.from('nobody’s'));
    expect(await bench.stored()).toEqual([sha256]);
    let asked = 0;
    const sweeping = sweepDaily({
      store: { deleteOlder: (name) => bench.blobs.delete(`outputs/${name.slice(0, 2)}/${name}`).then(() => true) },
      places: {
        blobs: bench.blobs,
        log: { load: async () => ({ snapshot: undefined, updates: [] }) },
        documents: async () => {
          asked += 1;
          if (asked === 1) throw new Error('the database is away');
          return ['a'];
        },
      },
      ...{ first: 1, every: 1, young: -1_000, logger: pino({ level: 'silent' }) },
    });
    await expect.poll(() => bench.stored(), { timeout: 20_000 }).toEqual([]);
    expect(asked).toBeGreaterThan(1);
    await sweeping.stop();
    await bench.outputs.store.put(Buffer.from('another'));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await bench.stored()).toHaveLength(1);
  } finally {
    await bench.close();
  }
});
