import { mkdir, readdir, readFile, readlink, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { withFolder } from '../../docker/services/folder.ts';
import { renameTo } from './rename-to.ts';

const withoutLinks = { link: () => Promise.reject(Object.assign(new Error('no links here'), { code: 'EPERM' })) };

describe.each([
  ['with links', undefined],
  ['on a file system without links', withoutLinks],
])('C3: renaming never writes over anything, %s', (_, effects) => {
  test('a file', () =>
    withFolder(async (folder) => {
      const [from, to, other] = [join(folder, 'from'), join(folder, 'to'), join(folder, 'other')];
      await writeFile(from, 'mine');
      await writeFile(other, 'theirs');
      await expect(renameTo(from, other, effects)).rejects.toMatchObject({ code: 'EEXIST' });
      expect([await readFile(from, 'utf8'), await readFile(other, 'utf8')]).toEqual(['mine', 'theirs']);
      await renameTo(from, to, effects);
      expect(await readFile(to, 'utf8')).toBe('mine');
      expect((await readdir(folder)).sort()).toEqual(['other', 'to']);
    }));

  test('of two that want one name at the same moment, one gets it and the other stays', () =>
    withFolder(async (folder) => {
      const names = Array.from({ length: 20 }, (_, number) => `file-${number}`);
      for (const name of names) await writeFile(join(folder, name), name);
      const goal = join(folder, 'goal');
      const ended = await Promise.allSettled(names.map((name) => renameTo(join(folder, name), goal, effects)));
      const winners = names.filter((_, number) => ended[number]?.status === 'fulfilled');
      expect(winners).toEqual([await readFile(goal, 'utf8')]);
      expect((await readdir(folder)).sort()).toEqual(['goal', ...names.filter((name) => name !== winners[0])].sort());
    }));

  test('a link is renamed itself', () =>
    withFolder(async (folder) => {
      await symlink('elsewhere', join(folder, 'link'));
      await renameTo(join(folder, 'link'), join(folder, 'moved'), effects);
      expect(await readlink(join(folder, 'moved'))).toBe('elsewhere');
    }));
});

test('C3: a folder is not put over a file or a folder with something in it', () =>
  withFolder(async (folder) => {
    await mkdir(join(folder, 'from'));
    await mkdir(join(folder, 'full'));
    await writeFile(join(folder, 'full/a'), '');
    await writeFile(join(folder, 'file'), '');
    for (const goal of ['full', 'file'])
      await expect(renameTo(join(folder, 'from'), join(folder, goal))).rejects.toMatchObject({ code: 'EEXIST' });
    await renameTo(join(folder, 'from'), join(folder, 'to'));
    expect((await readdir(folder)).sort()).toEqual(['file', 'full', 'to']);
  }));
