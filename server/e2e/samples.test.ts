import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CHART_MIME, RESULT_MIME } from '@daybook/shared/results/mime';
import { expect, test } from 'vitest';
import { withFolder } from '../../docker/services/folder.ts';
import { describeWith } from '../../docker/services/need.ts';
import { python } from '../../docker/services/python.ts';
import { LANGUAGE_INFO } from '../../kernel/protocol/language-info.ts';
import { installSamples } from '../samples/install.ts';

const ROOT = join(import.meta.dirname, '../..');
const NOTEBOOKS = join(ROOT, 'server/samples/notebooks');

interface Cell {
  readonly cell_type: string;
  readonly source: readonly string[];
  readonly outputs?: readonly { readonly output_type: string; readonly data?: Record<string, unknown> }[];
}

async function readNotebook(path: string): Promise<{ cells: Cell[]; metadata: Record<string, unknown> }> {
  return JSON.parse(await readFile(path, 'utf8'));
}

test('sample notebooks name exactly the kernel’s language, so that opening one changes nothing', async () => {
  for (const name of await readdir(NOTEBOOKS)) {
    const { metadata } = await readNotebook(join(NOTEBOOKS, name));
    expect(metadata.language_info, name).toEqual(LANGUAGE_INFO);
  }
});

describeWith(python, 'stock Jupyter runs the samples through the installed kernelspec', ({ program, bin }) => {
  test('nbconvert --execute, top to bottom, every result and chart in the file', { timeout: 300_000 }, () =>
    withFolder(async (folder) => {
      await run(process.execPath, [join(ROOT, 'kernel/bin/daybook-kernel.mjs'), 'install', '--prefix', folder]);
      const workspace = join(folder, 'workspace');
      await installSamples(workspace);
      const names = (await readdir(workspace)).filter((name) => name.endsWith('.ipynb'));
      expect(names.sort()).toEqual(['Flights.ipynb', 'Stocks.ipynb', 'Welcome.ipynb']);
      const env = { JUPYTER_PATH: join(folder, 'share/jupyter'), PATH: `${bin}:${process.env.PATH}` };
      await run(
        program,
        [
          '-m',
          'nbconvert',
          '--execute',
          '--to',
          'notebook',
          '--inplace',
          ...names.map((name) => join(workspace, name)),
        ],
        env,
      );
      for (const name of names) {
        const { cells } = await readNotebook(join(workspace, name));
        for (const cell of cells.filter(({ cell_type }) => cell_type === 'code')) {
          const magic = cell.source[0]?.split(/\s/)[0];
          const mime = magic === '%%sql' ? RESULT_MIME : magic === '%%chart' ? CHART_MIME : undefined;
          if (mime !== undefined)
            expect(
              cell.outputs?.some(({ data }) => data?.[mime] !== undefined),
              `${name}: ${cell.source.join('')}`,
            ).toBe(true);
          expect(cell.outputs?.every(({ output_type }) => output_type !== 'error')).toBe(true);
        }
      }
    }),
  );
});

async function run(command: string, args: readonly string[], env: Record<string, string> = {}): Promise<void> {
  const child = spawn(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${command} ${args.join(' ')} ended with code ${code}:\n${text}`);
}
