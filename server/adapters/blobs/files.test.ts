import { spawnSync } from 'node:child_process';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { blobsContract } from '@daybook/shared/contracts/blobs';
import { describe, expect, test } from 'vitest';
import { describeWith, need } from '../../../docker/services/need.ts';
import { heldBytes } from '../memory.fixture.ts';
import { openFiles } from './files.ts';

blobsContract('files', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'daybook-blobs-'));
  const blobs = await openFiles(folder);
  return {
    blobs,
    heldBytes,
    dispose: async () => {
      await blobs.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
});

describe('Blobs in files', () => {
  test('keep what was stored when opened again, and leave no drafts behind', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'daybook-blobs-'));
    const first = await openFiles(folder);
    await first.put('kept', new Uint8Array([1, 2, 3]));
    await first.putIfAbsent('kept', new Uint8Array([4]));
    await first.close();
    const second = await openFiles(folder);
    expect([...(await second.get('kept'))]).toEqual([1, 2, 3]);
    expect(await readdir(join(folder, 'incoming'))).toEqual([]);
    await rm(folder, { recursive: true });
  });

  test('a key may lie below another, and capitals differ from small letters on every file system', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'daybook-blobs-'));
    const blobs = await openFiles(folder);
    for (const key of ['a', 'a/b', 'A', 'A/b', 'a.b']) await blobs.put(key, Buffer.from(key));
    const listed = [];
    for await (const { key } of blobs.list('')) listed.push([key, Buffer.from(await blobs.get(key)).toString()]);
    expect(listed).toEqual(['A', 'A/b', 'a', 'a.b', 'a/b'].map((key) => [key, key]));
    const names = await readdir(join(folder, 'data'), { recursive: true });
    expect(new Set(names.map((name) => name.toLowerCase())).size).toBe(names.length);
    await rm(folder, { recursive: true });
  });

  test('a folder that cannot be one is told with what to do', async () => {
    await expect(openFiles(join(import.meta.filename, 'blobs'))).rejects.toMatchObject({
      code: 'blobs_unreachable',
      action: expect.stringContaining('writable'),
    });
  });
});

const tinyDisk = need(
  'a user namespace with its own mounts',
  'run on Linux where `unshare --user --mount` is allowed',
  () => {
    const words = ['--map-root-user', '--mount'];
    return spawnSync('unshare', [...words, 'true']).status === 0 ? words : undefined;
  },
);

describeWith(tinyDisk, 'Blobs on a full disk', (words) => {
  test('are refused by name; what was stored is unharmed and nothing is left over', async () => {
    const disk = await mkdtemp(join(tmpdir(), 'daybook-disk-'));
    const script = 'mount -t tmpfs -o size=1m tmpfs "$0" && exec "$@"';
    const program = [process.execPath, '--import', 'tsx', join(import.meta.dirname, 'full-disk.fixture.ts'), disk];
    const ran = spawnSync('unshare', [...words, 'sh', '-c', script, disk, ...program], { encoding: 'utf8' });
    expect(ran.stderr).toBe('');
    expect(JSON.parse(ran.stdout)).toEqual({
      errors: [
        ['disk_full', 507],
        ['disk_full', 507],
      ],
      kept: [200_000, 7],
      left: [],
    });
    await rm(disk, { recursive: true });
  });
});
