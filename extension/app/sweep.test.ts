import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sweep } from './sweep.mjs';

test('the build before stays for open pages, older ones go', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'daybook-sweep-'));
  const build = async (name: string) => {
    for (const ending of ['', '.br', '.gz']) await writeFile(join(folder, name + ending), '');
    await sweep(folder, [name]);
  };
  const left = async () => (await readdir(folder)).filter((name) => name.endsWith('.js')).sort();
  try {
    await writeFile(join(folder, 'index.json'), '{}');
    await build('app.aaaaaaaaaaaa.js');
    await build('app.bbbbbbbbbbbb.js');
    await build('app.bbbbbbbbbbbb.js');
    expect(await left()).toEqual(['app.aaaaaaaaaaaa.js', 'app.bbbbbbbbbbbb.js']);
    await build('app.cccccccccccc.js');
    expect(await left()).toEqual(['app.bbbbbbbbbbbb.js', 'app.cccccccccccc.js']);
    expect(await readdir(folder)).toContain('index.json');
    expect(await readdir(folder)).not.toContain('app.aaaaaaaaaaaa.js.br');
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
});
