import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { WorkspaceChange } from '@daybook/shared/ports/workspace';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type FolderWorkspace, openWorkspace } from './folder.ts';
import { isInside, normalPath } from './resolve.ts';

fc.configureGlobal({ seed: 20261122 });

let base: string;
let root: string;
let workspace: FolderWorkspace;
beforeEach(async () => {
  base = await realpath(await mkdtemp(join(tmpdir(), 'daybook-workspace-')));
  root = join(base, 'workspace');
  await mkdir(join(root, 'folder'), { recursive: true });
  await mkdir(join(base, 'trash'));
  await writeFile(join(base, 'secret.txt'), 'secret');
  await writeFile(join(root, 'inside.txt'), 'inside');
  workspace = await openWorkspace(root, { trash: join(base, 'trash'), home: base });
});
afterEach(() => rm(base, { recursive: true, force: true }));

const text = (value: string) => Buffer.from(value);

describe('C1: no path leaves the workspace', () => {
  const part = fc.oneof(
    fc.constantFrom(
      '..',
      '.',
      '',
      '...',
      '%2e%2e',
      '..%2f',
      '~',
      'folder',
      'inside.txt',
      'out',
      'loop',
      '\0',
      '\\',
      '..\\',
      '/',
    ),
    fc.string({ unit: 'binary', maxLength: 20 }),
  );
  test('property: every path either lies inside or is refused with a named error', async () => {
    await symlink(base, join(root, 'out'));
    await symlink(join(root, 'loop'), join(root, 'loop'));
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 6 }), fc.boolean(), async (parts, absolute) => {
        const path = (absolute ? '/' : '') + parts.join('/');
        let file: string;
        try {
          file = await workspace.locate(path);
        } catch (error) {
          expect(error).toMatchObject({
            code: expect.stringMatching(/^(path_outside_workspace|bad_path|hidden_path)$/),
          });
          return;
        }
        expect(isInside(root, file)).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test.each([
    '../secret.txt',
    'folder/../../secret.txt',
    'out/secret.txt',
    'link.txt',
    'dangling.txt',
    '/../secret.txt',
  ])('%s cannot be read, written, moved or replaced', async (path) => {
    await symlink(base, join(root, 'out'));
    await symlink(join(base, 'secret.txt'), join(root, 'link.txt'));
    await symlink(join(base, 'not-there.txt'), join(root, 'dangling.txt'));
    const refused = { code: 'path_outside_workspace', status: 404 };
    await expect(workspace.read(path)).rejects.toMatchObject(refused);
    await expect(workspace.write(path, text('x'))).rejects.toMatchObject(refused);
    await expect(workspace.move('inside.txt', path)).rejects.toMatchObject({ code: expect.any(String) });
    expect(await readFile(join(base, 'secret.txt'), 'utf8')).toBe('secret');
    expect(existsSync(join(base, 'not-there.txt'))).toBe(false);
  });

  test('links that stay inside work', async () => {
    await symlink(join(root, 'inside.txt'), join(root, 'folder/link.txt'));
    await workspace.write('folder/link.txt', text('through'));
    expect(await readFile(join(root, 'inside.txt'), 'utf8')).toBe('through');
  });

  test('the home inside the workspace is closed, also under a plain name', async () => {
    const home = join(root, 'data-of-daybook');
    await mkdir(home);
    const outer = await openWorkspace(root, { trash: join(home, 'trash'), home });
    await expect(outer.read('data-of-daybook/auth/token')).rejects.toMatchObject({ code: 'path_outside_workspace' });
  });

  test.each([
    ['a\0b', 'bad_path'],
    ['a\\b', 'bad_path'],
    ['x'.repeat(256), 'bad_path'],
    ['a/'.repeat(2001), 'bad_path'],
    ['.hidden/x', 'hidden_path'],
    ['a/.env', 'hidden_path'],
  ])('%j is refused as %s', (path, code) => {
    expect(() => normalPath(path)).toThrow(expect.objectContaining({ code, action: expect.any(String) }));
  });
});

describe('C2: writing', () => {
  test('replaces whole, keeps permissions, leaves nothing beside, and tells its hash', async () => {
    await writeFile(join(root, 'script.sh'), 'old', { mode: 0o750 });
    const changes: WorkspaceChange[] = [];
    const stop = workspace.onChange((change) => changes.push(change));
    const { sha256, size } = await workspace.write('script.sh', text('new'));
    stop();
    await workspace.write('later.txt', text(''));
    expect((await stat(join(root, 'script.sh'))).mode & 0o777).toBe(0o750);
    expect(await readdir(root)).toEqual(['folder', 'inside.txt', 'later.txt', 'script.sh']);
    expect(changes).toEqual([{ type: 'written', path: 'script.sh', sha256 }]);
    expect(size).toBe(3);
    expect((await workspace.read('script.sh')).sha256).toBe(sha256);
  });

  test('a reader sees the old bytes or the new ones', async () => {
    const one = Buffer.alloc(300_000, 'a');
    const other = Buffer.alloc(200_000, 'b');
    await workspace.write('busy.bin', one);
    let writing = true;
    const writer = (async () => {
      for (let round = 0; round < 30; round++) await workspace.write('busy.bin', round % 2 === 0 ? other : one);
      writing = false;
    })();
    while (writing) {
      const seen = await readFile(join(root, 'busy.bin'));
      expect(seen.equals(one) || seen.equals(other)).toBe(true);
    }
    await writer;
  });

  test('a folder is not overwritten by a file, and a missing folder is named', async () => {
    await expect(workspace.write('folder', text('x'))).rejects.toMatchObject({ code: 'is_a_folder' });
    await expect(workspace.write('no/such/x.txt', text('x'))).rejects.toMatchObject({ code: 'file_not_found' });
  });
});

describe('C3: moving and deleting', () => {
  test('never over something that is there', async () => {
    await workspace.write('other.txt', text('other'));
    await expect(workspace.move('inside.txt', 'other.txt')).rejects.toMatchObject({ code: 'file_exists', status: 409 });
    await expect(workspace.move('folder', 'folder/inner')).rejects.toMatchObject({ code: 'bad_path' });
    await workspace.move('inside.txt', 'folder/moved.txt');
    expect(await readFile(join(root, 'folder/moved.txt'), 'utf8')).toBe('inside');
  });

  test('a folder that holds the home stays where it is', async () => {
    const inside = join(root, 'folder/home');
    await mkdir(inside);
    const own = await openWorkspace(root, { trash: join(inside, 'trash'), home: inside });
    await expect(own.move('folder', 'other')).rejects.toMatchObject({ code: 'folder_in_use' });
    await expect(own.remove('folder')).rejects.toMatchObject({ code: 'folder_in_use' });
    expect(existsSync(inside)).toBe(true);
  });

  test('what is deleted lies in the trash with the place it came from', async () => {
    await workspace.write('folder/deep.txt', text('deep'));
    await workspace.remove('folder');
    expect(existsSync(join(root, 'folder'))).toBe(false);
    const [entry] = await readdir(join(base, 'trash'));
    const place = join(base, 'trash', entry ?? '');
    expect(JSON.parse(await readFile(join(place, 'origin.json'), 'utf8'))).toMatchObject({ path: 'folder' });
    expect(await readFile(join(place, 'content-folder/deep.txt'), 'utf8')).toBe('deep');
    await expect(workspace.remove('folder')).rejects.toMatchObject({ code: 'file_not_found' });
    await expect(workspace.remove('')).rejects.toMatchObject({ code: 'bad_path' });
  });

  test('deleting a link leaves what it points to', async () => {
    await symlink(join(root, 'inside.txt'), join(root, 'link.txt'));
    await workspace.remove('link.txt');
    expect(existsSync(join(root, 'inside.txt'))).toBe(true);
    expect(existsSync(join(root, 'link.txt'))).toBe(false);
  });
});
