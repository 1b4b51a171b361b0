import { expect, test } from 'vitest';
import { patiently } from './patient-executor.ts';

type Options = Parameters<ReturnType<typeof patiently>>[0];

function scene(isReady: boolean, hasNoKernel = false) {
  let resolve = (): void => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  const shared = { executionState: 'idle' };
  const options = {
    cell: { model: { type: 'code', sharedModel: shared }, isDisposed: false },
    sessionContext: { isReady, ready: promise, hasNoKernel },
  };
  const runs: string[] = [];
  const run = patiently(async () => {
    runs.push(shared.executionState);
    return true;
  });
  return { ready: () => resolve(), runs, shared, ran: run(options as unknown as Options) };
}

test('a cell waits for its session, and says so', async () => {
  const { ready, runs, shared, ran } = scene(false);
  expect([runs, shared.executionState]).toEqual([[], 'running']);
  ready();
  expect(await ran).toBe(true);
  expect(runs).toEqual(['running']);
});

test('with a session it runs at once', async () => {
  const { runs, ran } = scene(true);
  expect(runs).toEqual(['idle']);
  expect(await ran).toBe(true);
});

test('when there is no kernel in the end it no longer waits', async () => {
  const { ready, shared, ran } = scene(false, true);
  ready();
  await ran;
  expect(shared.executionState).toBe('idle');
});
