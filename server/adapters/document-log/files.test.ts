import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open as openFile, readdir, readFile, rm, stat, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { documentLogContract } from '@daybook/shared/contracts/document-log';
import { afterEach, describe, expect, test } from 'vitest';
import { openFileLog } from './files.ts';

const made: string[] = [];
async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'daybook-log-'));
  made.push(path);
  return path;
}
afterEach(async () => {
  for (const path of made.splice(0)) await rm(path, { recursive: true, force: true });
});

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString();
const bytes = (value: string) => Buffer.from(value);

describe('document log in files', () => {
  documentLogContract(async () => {
    const path = await folder();
    return { open: () => openFileLog(path) };
  });

  test('more documents than open files still work', async () => {
    const log = await openFileLog(await folder(), { openFiles: 2 });
    const names = Array.from({ length: 20 }, (_, index) => `document-${index}`);
    for (const round of ['one', 'two']) await Promise.all(names.map((name) => log.append(name, bytes(round))));
    for (const name of names) expect((await log.load(name)).updates.map(text)).toEqual(['one', 'two']);
    await log.close();
  });
});

describe('document log in files, after a power loss', () => {
  test('a file cut at any byte keeps every whole record, and takes new ones', async () => {
    const path = await folder();
    const log = await openFileLog(path);
    const ends = [0];
    for (const value of ['first', 'second record', 'x'.repeat(90)]) {
      await log.append('a', bytes(value));
      ends.push((await stat(join(path, 'a.log'))).size);
    }
    await log.close();
    const whole = await readFile(join(path, 'a.log'));
    for (let length = 0; length <= whole.length; length += 1) {
      await writeFile(join(path, 'a.log'), whole.subarray(0, length));
      const kept = ends.filter((end) => end <= length).length - 1;
      const again = await openFileLog(path);
      expect((await again.load('a')).updates.length, `cut at ${length}`).toBe(kept);
      await again.append('a', bytes('new'));
      const { updates } = await again.load('a');
      expect(updates.length).toBe(kept + 1);
      expect(text(updates.at(-1) ?? bytes(''))).toBe('new');
      await again.close();
    }
  });

  test('a last record whose pages were never written (zeros) is dropped', async () => {
    const path = await folder();
    const log = await openFileLog(path);
    await log.append('a', bytes('kept'));
    await log.close();
    await truncate(join(path, 'a.log'), 9000);
    const again = await openFileLog(path);
    expect((await again.load('a')).updates.map(text)).toEqual(['kept']);
    await again.close();
  });

  test('any changed byte before the last record is document_corrupt, and the file is left alone', async () => {
    const path = await folder();
    const log = await openFileLog(path);
    await log.append('a', bytes('first record'));
    const end = (await stat(join(path, 'a.log'))).size;
    await log.append('a', bytes('second'));
    await log.close();
    const whole = await readFile(join(path, 'a.log'));
    for (let at = 0; at < end; at += 1) {
      const damaged = Buffer.from(whole);
      damaged[at] = (damaged[at] ?? 0) ^ 0x41;
      await writeFile(join(path, 'a.log'), damaged);
      const again = await openFileLog(path);
      await expect(again.load('a'), `byte ${at}`).rejects.toMatchObject({ code: 'document_corrupt' });
      await expect(again.append('a', bytes('more'))).rejects.toMatchObject({ code: 'document_corrupt' });
      await again.close();
      expect(Buffer.compare(await readFile(join(path, 'a.log')), damaged)).toBe(0);
    }
  });

  test('damage after a sound record is put aside, the rest is given, and new records go on', async () => {
    const path = await folder();
    const log = await openFileLog(path);
    await log.append('a', bytes('first'));
    const from = (await stat(join(path, 'a.log'))).size;
    await log.append('a', bytes('second'));
    const to = (await stat(join(path, 'a.log'))).size;
    await log.append('a', bytes('third'));
    await log.close();
    const damaged = await readFile(join(path, 'a.log'));
    for (let at = from; at < to; at += 1) damaged[at] = at % 7;
    await writeFile(join(path, 'a.log'), damaged);
    for (const round of [1, 2]) {
      const again = await openFileLog(path);
      const { updates, damaged: said } = await again.load('a');
      expect([updates.map(text).slice(0, 2), said]).toEqual([['first', 'third'], true]);
      await again.append('a', bytes(`new ${round}`));
      expect(text((await again.load('a')).updates.at(-1) ?? bytes(''))).toBe(`new ${round}`);
      await again.close();
    }
    const kept = (await readdir(path)).filter((name) => name.includes('damaged'));
    expect(Buffer.compare(await readFile(join(path, kept[0] ?? '')), damaged)).toBe(0);
    const last = await openFileLog(path);
    await last.compact('a', bytes('whole'));
    expect(await last.load('a')).toEqual({ snapshot: bytes('whole'), updates: [] });
    await last.close();
  });

  test('a compaction cut short before its rename changes nothing', async () => {
    const path = await folder();
    const log = await openFileLog(path);
    await log.append('a', bytes('kept'));
    await log.close();
    await writeFile(join(path, 'a.log.new'), 'half a snapsh');
    const again = await openFileLog(path);
    expect((await again.load('a')).updates.map(text)).toEqual(['kept']);
    expect(await readdir(path)).toEqual(['a.log']);
    await again.close();
  });

  test('a full disk refuses the append, and later ones work', async () => {
    const path = await folder();
    let full = false;
    const log = await openFileLog(path, {
      openFile: async (name, flags) => {
        const handle = await openFile(name, flags);
        const write = handle.write.bind(handle);
        // biome-ignore lint/suspicious/noExplicitAny: FileHandle.write is overloaded; the test wraps one form
        (handle as any).write = async (frame: Buffer, offset: number, length: number, at: number) => {
          if (!full) return write(frame, offset, length, at);
          await write(frame, offset, Math.floor(length / 2), at);
          throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
        };
        return handle;
      },
    });
    await log.append('a', bytes('before'));
    full = true;
    await expect(log.append('a', bytes('refused'))).rejects.toMatchObject({ code: 'ENOSPC' });
    full = false;
    await log.append('a', bytes('after'));
    expect((await log.load('a')).updates.map(text)).toEqual(['before', 'after']);
    await log.close();
  });

  test('kill -9 of the writer, 12 times: every acknowledged record is there, in order', async () => {
    const path = await folder();
    let acknowledged = 0;
    for (let round = 0; round < 12; round += 1) {
      const writer = spawn(
        process.execPath,
        ['--import', 'tsx', join(import.meta.dirname, 'writer.fixture.ts'), path],
        {
          stdio: ['ignore', 'pipe', 'inherit'],
        },
      );
      const stopAt = acknowledged + 20 + round * 37;
      for await (const line of createInterface({ input: writer.stdout })) {
        acknowledged = Math.max(acknowledged, Number(line));
        if (acknowledged >= stopAt && !writer.killed) writer.kill('SIGKILL');
      }
      if (writer.exitCode === null && writer.signalCode === null) await once(writer, 'exit');
      const log = await openFileLog(path);
      const { snapshot, updates } = await log.load('a');
      await log.close();
      const first = snapshot === undefined ? 0 : Number(text(snapshot));
      const numbers = updates.map((update) => Number(text(update)));
      expect(numbers).toEqual(numbers.map((_, index) => first + 1 + index));
      expect(first + numbers.length).toBeGreaterThanOrEqual(acknowledged);
    }
    expect(acknowledged).toBeGreaterThan(500);
  }, 120_000);
});
