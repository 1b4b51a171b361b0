import type { ExecuteRequest } from '@daybook/shared/api/runs';
import { expect, test } from 'vitest';
import { Batches, type Wanted } from './batches.ts';

const wanted = (cell: string, index: number, change: Partial<Wanted> = {}): Wanted => ({
  kernel: 'k',
  document: 'd',
  cell,
  hash: `hash of ${cell}`,
  index,
  ...change,
});

function make() {
  const sent: { kernel: string; request: ExecuteRequest; answer: () => void; fail: (error: Error) => void }[] = [];
  let keys = 0;
  const turns: (() => void)[] = [];
  const batches = new Batches({
    execute: (kernel, request) =>
      new Promise((resolve, reject) => {
        const answer = () =>
          resolve({ runs: request.cells.map(({ cell_id }) => ({ id: `run of ${cell_id}`, cell_id })) });
        sent.push({ kernel, request, answer, fail: reject });
      }),
    newKey: () => `key ${keys++}`,
    later: (work) => turns.push(work),
  });
  const turn = async () => {
    for (const work of turns.splice(0)) work();
    await new Promise((resolve) => setTimeout(resolve));
  };
  return { batches, sent, turn };
}

test('cells of one turn are one request, in the order of the document', async () => {
  const { batches, sent, turn } = make();
  const runs = Promise.all([batches.add(wanted('b', 1)), batches.add(wanted('a', 0))]);
  await turn();
  expect(sent.map(({ request }) => request)).toEqual([
    {
      document_id: 'd',
      key: 'key 0',
      cells: [
        { cell_id: 'a', hash: 'hash of a' },
        { cell_id: 'b', hash: 'hash of b' },
      ],
    },
  ]);
  sent[0]?.answer();
  expect(await runs).toEqual(['run of b', 'run of a']);
});

test('a request waits for the one before it, also when that fails; notebooks are apart', async () => {
  const { batches, sent, turn } = make();
  const first = batches.add(wanted('a', 0));
  await turn();
  const second = batches.add(wanted('b', 0));
  const other = batches.add(wanted('c', 0, { document: 'e' }));
  await turn();
  expect(sent).toHaveLength(1);
  sent[0]?.fail(new Error('refused'));
  await expect(first).rejects.toThrow('refused');
  await turn();
  sent[1]?.answer();
  expect(await second).toBe('run of b');
  await turn();
  sent[2]?.answer();
  expect(await other).toBe('run of c');
  expect(sent.map(({ request }) => request.document_id)).toEqual(['d', 'd', 'e']);
});
