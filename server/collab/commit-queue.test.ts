import { expect, test } from 'vitest';
import * as Y from 'yjs';
import { scanUpdate } from './admission/scan.ts';
import { CommitQueue, type CommitQueueOptions } from './commit-queue.ts';

function queueOn(
  doc: Y.Doc,
  append: CommitQueueOptions<string>['append'],
  options: Partial<CommitQueueOptions<string>> = {},
): CommitQueue<string> {
  const nothing = () => undefined;
  const told = { onCommit: nothing, onApplied: nothing, onRefused: nothing, onSettled: nothing };
  const queue = new CommitQueue<string>(doc, {
    ...told,
    append,
    admit: () => 'take',
    onAppendFailed: nothing,
    ...options,
  });
  queue.start();
  return queue;
}

test('a closed queue refuses whoever asks afterwards, instead of leaving them waiting [R12]', async () => {
  const queue = queueOn(new Y.Doc(), async () => undefined);
  queue.close(new Error('the room is closed'));
  await expect(queue.settle()).rejects.toThrow('the room is closed');
});

test('closing refuses those who wait for a log that does not answer [R12]', async () => {
  const doc = new Y.Doc();
  const queue = queueOn(doc, () => new Promise(() => undefined));
  doc.getMap('m').set('a', 1);
  const first = expect(queue.settle()).rejects.toThrow('given up');
  await new Promise((resolve) => setTimeout(resolve, 10)); // the append is under way now
  const second = expect(queue.settle()).rejects.toThrow('given up');
  queue.close(new Error('given up'));
  await Promise.all([first, second]);
});

test('a promise that fails while the log is slow reaches who asked, and ends nothing else', async () => {
  const doc = new Y.Doc();
  const slow = () => new Promise<void>((resolve) => setTimeout(resolve, 30));
  const queue = queueOn(doc, slow);
  doc.getMap('m').set('a', 1);
  // Not handled at once, this would end the process before the append is over.
  await expect(queue.read(() => Promise.reject(new Error('no space')))).rejects.toThrow('no space');
  await expect(queue.read(() => 'fine')).resolves.toBe('fine');
});

test('what cannot be judged is refused, and the next one is served', async () => {
  const doc = new Y.Doc();
  const refused: unknown[] = [];
  const queue = queueOn(doc, async () => undefined, {
    admit: () => {
      throw new Error('no verdict');
    },
    onRefused: (_received, error) => refused.push(error),
  });
  const other = new Y.Doc();
  other.getMap('m').set('a', 1);
  const update = Y.encodeStateAsUpdate(other);
  queue.receive({ update, scanned: scanUpdate(update), sender: 'eve', seq: 1 });
  await queue.settle();
  expect(refused.map(String)).toEqual(['Error: no verdict']);
  expect(doc.getMap('m').size).toBe(0);
});

test('one who asks for what cannot be read has the error, and the next one is served [R1]', async () => {
  const queue = queueOn(new Y.Doc(), async () => undefined);
  const broken = queue.read(() => {
    throw new Error('unreadable');
  });
  const next = queue.read(() => 'fine');
  await expect(broken).rejects.toThrow('unreadable');
  await expect(next).resolves.toBe('fine');
});
