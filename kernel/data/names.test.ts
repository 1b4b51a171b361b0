import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { namesOf } from '@daybook/cells/names';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from './engine.ts';
import { tempFolder } from './testing.ts';

const CELLS = join(import.meta.dirname, '../../cells');

let engine: Engine;
let folder: Awaited<ReturnType<typeof tempFolder>>;
beforeAll(async () => {
  folder = await tempFolder();
  engine = await Engine.create({ kernelId: 'names', cwd: folder.path, workspace: folder.path });
});
afterAll(async () => {
  await engine.close();
  await folder.remove();
});

const read = async (queries: readonly string[]) => (await engine.tables(queries)).map((each) => each ?? undefined);

for (const kind of ['typescript', 'sql', 'chart']) {
  describe(`K80 names of ${kind} cells`, () => {
    const golden = join(CELLS, kind, 'names');
    for (const file of readdirSync(golden).filter((name) => name.endsWith('.cell'))) {
      test(file, async () => {
        const names = await namesOf(readFileSync(join(golden, file), 'utf8'), read);
        const lines =
          names === undefined
            ? ['not valid']
            : [
                ...(['defines', 'writes', 'uses'] as const).map((key) =>
                  `${key}: ${[...names[key]].sort().join(' ')}`.trim(),
                ),
                ...(names.unknown ? ['and more that is not known'] : []),
              ];
        await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot(join(golden, file.replace(/\.cell$/, '.names')));
      });
    }
  });
}
