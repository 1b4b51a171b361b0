import { copyFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { DiagnosticsReply } from '@daybook/shared/api/editor';
import { parseNotebook } from '@daybook/shared/notebook/parse';
import { describe, expect, test } from 'vitest';
import { DATASETS } from '../data/testing.ts';
import { Client } from '../host/fixtures/client.ts';

const SAMPLES = join(import.meta.dirname, '../../server/samples/notebooks');

describe('K76 the sample notebooks are without a warning, before they ran and after', async () => {
  for (const file of await readdir(SAMPLES)) {
    test(file, { timeout: 120_000 }, async () => {
      const client = await Client.start();
      try {
        await mkdir(join(client.folder, 'data'));
        for (const name of ['flights-3m.parquet', 'seattle-weather.csv', 'stocks.csv'])
          await copyFile(join(DATASETS, name), join(client.folder, 'data', name));
        const { cells } = parseNotebook(await readFile(join(SAMPLES, file), 'utf8'));
        const code = cells.filter((cell) => cell.cell_type === 'code');
        await client.ask('notebook.cells', { cells: code.map(({ id, source }) => ({ id, source })) });
        const warnings = async () => {
          const cellIds = code.map(({ id }) => id);
          const { body } = await client.ask('editor.diagnostics', { cellIds });
          const reply = body as DiagnosticsReply;
          return reply.cells.flatMap(({ diagnostics }) => diagnostics.map(({ message }) => message));
        };
        expect(await warnings()).toEqual([]);
        for (const { id, source } of code)
          expect(await client.runCell(id ?? '', source)).toMatchObject({ status: 'ok' });
        expect(await warnings()).toEqual([]);
      } finally {
        await client.stop();
      }
    });
  }
});
