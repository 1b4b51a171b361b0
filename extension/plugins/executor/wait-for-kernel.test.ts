import { expect, test } from 'vitest';
import { waitForKernel } from './wait-for-kernel.ts';

test('a ready session is not waited for, and the cell is left alone', async () => {
  const cell = { executionState: 'idle' as 'idle' | 'running' };
  await waitForKernel({ isReady: true, ready: new Promise(() => {}) }, cell);
  expect(cell.executionState).toBe('idle');
});

test('while the kernel starts the cell shows that it waits; cells go on in order', async () => {
  let start = () => {};
  const ready = new Promise<void>((resolve) => {
    start = resolve;
  });
  const order: number[] = [];
  const cells = [1, 2, 3].map(() => ({ executionState: 'idle' as 'idle' | 'running' }));
  const runs = cells.map((cell, index) => waitForKernel({ isReady: false, ready }, cell).then(() => order.push(index)));
  expect(cells.map(({ executionState }) => executionState)).toEqual(['running', 'running', 'running']);
  start();
  await Promise.all(runs);
  expect(order).toEqual([0, 1, 2]);
  expect(cells.map(({ executionState }) => executionState)).toEqual(['idle', 'idle', 'idle']);
});

test('a kernel that cannot start frees the cell', async () => {
  const cell = { executionState: 'idle' as 'idle' | 'running' };
  await expect(waitForKernel({ isReady: false, ready: Promise.reject(new Error('no')) }, cell)).rejects.toThrow('no');
  expect(cell.executionState).toBe('idle');
});
