import fc from 'fast-check';
import { expect, test } from 'vitest';
import { EMPTY_QUEUE, type QueuedRun, type RunAction, type RunOperation, type RunQueue, reduce } from './run-queue.ts';

const run = (id: string, batch = 'a'): QueuedRun => ({ id, batch });

/** Carries out operations and answers the queue and, shortly, what was to be done. */
function play(...operations: RunOperation[]): { queue: RunQueue; told: string[] } {
  let queue = EMPTY_QUEUE;
  const told: string[] = [];
  for (const operation of operations) {
    const [next, actions] = reduce(queue, operation);
    queue = next;
    told.push(...actions.map(words));
  }
  return { queue, told };
}

function words(action: RunAction): string {
  if (action.type === 'start') return `start ${action.run.id}`;
  return `${action.run.id} ${action.state}${action.paused === true ? ' paused' : ''}`;
}

const ok = (id: string): RunOperation => ({ type: 'finished', run: id, end: { status: 'ok' } });
const failed = (id: string, ename: string): RunOperation => ({
  type: 'finished',
  run: id,
  end: { status: 'error', ename, evalue: 'why' },
});
const three: RunOperation = { type: 'request', runs: [run('1'), run('2'), run('3', 'b')] };

test('[X1] one run at a time, in the order asked', () => {
  expect(play(three).told).toEqual(['start 1']);
  expect(play(three, ok('1'), ok('2'), ok('3')).told).toEqual([
    'start 1',
    '1 done',
    'start 2',
    '2 done',
    'start 3',
    '3 done',
  ]);
});

test('[X2] a cell that fails ends its batch and no other', () => {
  expect(play(three, failed('1', 'TypeError')).told).toEqual(['start 1', '1 error', '2 stale', 'start 3']);
  expect(play(three, failed('1', 'KeyboardInterrupt')).told).toEqual([
    'start 1',
    '1 interrupted',
    '2 stale',
    'start 3',
  ]);
  const aborted: RunOperation = { type: 'finished', run: '1', end: { status: 'aborted' } };
  expect(play(three, aborted).told).toEqual(['start 1', '1 stale', '2 stale', 'start 3']);
});

test('[X3] an interrupt takes back all that waits; what runs answers for itself', () => {
  expect(play(three, { type: 'interrupt' }).told).toEqual(['start 1', '2 stale', '3 stale']);
  expect(play(three, { type: 'interrupt' }, failed('1', 'Interrupted')).queue).toEqual(EMPTY_QUEUE);
});

test('[X4] a kernel that ends by itself pauses what waits; a restart does not', () => {
  expect(play(three, failed('1', 'KernelEnded')).told).toEqual([
    'start 1',
    '1 error',
    '2 stale paused',
    '3 stale paused',
  ]);
  expect(play(three, failed('1', 'KernelRestarted')).told).toEqual(['start 1', '1 interrupted', '2 stale', '3 stale']);
  expect(play(three, { type: 'gone', why: 'It is gone.' }).told).toEqual([
    'start 1',
    '1 interrupted',
    '2 stale',
    '3 stale',
  ]);
});

test('[X5] single runs are taken back while they wait, and a run without its cell is passed over', () => {
  expect(play(three, { type: 'cancel', runs: ['2', '1', 'unknown'] }, ok('1')).told).toEqual([
    'start 1',
    '2 stale',
    '1 done',
    'start 3',
  ]);
  expect(play(three, { type: 'skip', run: '1', why: 'gone' }).told).toEqual(['start 1', '1 stale', 'start 2']);
});

test('what is told twice, or of others, changes nothing', () => {
  const { queue } = play(three, ok('1'));
  for (const operation of [ok('1'), ok('3'), { type: 'skip', run: '3', why: '' } as const]) {
    expect(reduce(queue, operation)).toEqual([queue, []]);
  }
});

test('[X6] whatever happens, each run starts at most once and settles exactly once, by seed', () => {
  const operation = fc.oneof(
    fc.nat(3).map((count) => ({ type: 'ask' as const, count })),
    fc
      .constantFrom('ok', 'TypeError', 'Interrupted', 'KernelEnded', 'KernelRestarted')
      .map((end) => ({ type: 'end' as const, end })),
    fc.constantFrom({ type: 'interrupt' as const }, { type: 'gone' as const, why: 'gone' }),
    fc.nat(30).map((at) => ({ type: 'cancel' as const, runs: [String(at)] })),
  );
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 40 }), (steps) => {
      let queue = EMPTY_QUEUE;
      let asked = 0;
      const started = new Map<string, number>();
      const settled = new Map<string, number>();
      const step = (next: RunOperation) => {
        const [after, actions] = reduce(queue, next);
        queue = after;
        for (const {
          type,
          run: { id },
        } of actions) {
          const counts = type === 'start' ? started : settled;
          counts.set(id, (counts.get(id) ?? 0) + 1);
        }
        expect(queue.active !== undefined || queue.waiting.length === 0).toBe(true);
      };
      for (const each of steps) {
        if (each.type === 'ask') {
          step({
            type: 'request',
            runs: Array.from({ length: each.count }, () => run(String(asked++), `b${asked % 2}`)),
          });
        } else if (each.type === 'end') {
          if (queue.active !== undefined)
            step(each.end === 'ok' ? ok(queue.active.id) : failed(queue.active.id, each.end));
        } else step(each);
      }
      step({ type: 'gone', why: 'the end' });
      expect([...started.values()].every((count) => count === 1)).toBe(true);
      expect([...settled.values()].every((count) => count === 1)).toBe(true);
      expect(settled.size).toBe(asked);
    }),
    { seed: 20261125, numRuns: 300 },
  );
});
