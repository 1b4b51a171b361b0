import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openWorkspace } from '../workspace/folder.ts';
import { hashBytes } from '../workspace/hash-bytes.ts';
import { withExclusiveWrites } from './exclusive-writes.ts';
import { createHome, type TestHome } from './testing/home.ts';

let home: TestHome;
beforeEach(async () => {
  home = await createHome();
  await home.put('a.txt', 'old');
});
afterEach(() => home.remove());

describe('withExclusiveWrites [R9]', () => {
  test('of many who replace the same state one wins, and the others are told', async () => {
    const data = join(home.path, 'data');
    await mkdir(data);
    const options = { trash: join(data, 'trash'), home: data };
    const workspace = withExclusiveWrites(await openWorkspace(join(home.path, 'workspace'), options));
    const replacing = await hashBytes(Buffer.from('old'));
    const outcomes = await Promise.allSettled(
      ['1', '2', '3', '4'].map((text) => workspace.write('a.txt', Buffer.from(text), { replacing })),
    );
    expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'rejected', 'rejected']);
    expect(outcomes[1]).toMatchObject({ reason: { code: 'file_changed' } });
    expect(await home.get('a.txt')).toBe('1');
    await workspace.write('new.txt', Buffer.from('x'), { replacing: 'nothing' });
    await expect(workspace.write('new.txt', Buffer.from('y'), { replacing: 'nothing' })).rejects.toMatchObject({
      status: 409,
    });
  });

  test('a file that is renamed while it is written does not come back under its old name [R11]', async () => {
    const data = join(home.path, 'data');
    await mkdir(data);
    const options = { trash: join(data, 'trash'), home: data };
    const workspace = withExclusiveWrites(await openWorkspace(join(home.path, 'workspace'), options));
    const told: string[] = [];
    workspace.onChange(({ type }) => told.push(type));
    for (let round = 0; round < 20; round += 1) {
      const [from, to] = [`f${round}/a.txt`, `g${round}/a.txt`];
      await home.put(from, 'old');
      const writing = workspace.write(from, Buffer.from('new'));
      await Promise.all([writing, workspace.move(`f${round}`, `g${round}`)]);
      expect(await home.get(to)).toBe('new');
      await expect(workspace.read(from)).rejects.toMatchObject({ status: 404 });
    }
    expect(told.slice(0, 2)).toEqual(['written', 'renamed']);
  });
});
