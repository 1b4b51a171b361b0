import type { CellState } from '@daybook/shared/api/graph';
import { describe, expect, test } from 'vitest';
import { chipWords } from './stale-chip.ts';
import { markFor, type OtherCells } from './words.ts';

const went: string[] = [];
const cells: OtherCells = {
  label: (id) => ({ a: 'the cell “Load sales”', b: 'code cell 2' })[id],
  go: (id) => void went.push(id),
};
const mark = (state: Partial<CellState>, mode: Parameters<typeof markFor>[2] = 'lazy') =>
  markFor({ id: 'c', status: 'stale', ...state }, cells, mode);

describe('K88 the reason in words', () => {
  test.each([
    [
      { why: 'changed', name: 'sales', by: 'a' },
      'Stale: `sales` changed',
      '`sales` was changed by the cell “Load sales”.',
    ],
    [{ why: 'changed', name: 'table:sales', by: 'b' }, 'Stale: `sales` changed', '`sales` was changed by code cell 2.'],
    [
      { why: 'upstream', name: 'x', by: 'b' },
      'Stale: `x` is stale',
      '`x` comes from code cell 2, which is stale itself.',
    ],
    [
      { why: 'unrun', name: 'x', by: 'b' },
      'Stale: `x` is yet to run',
      '`x` comes from code cell 2 now, which has not run so.',
    ],
    [{ why: 'failed', name: 'x', by: 'a' }, 'Waits: `x` failed', '`x` comes from the cell “Load sales”, which failed.'],
    [{ why: 'gone', name: 'x', by: 'z' }, 'Stale: `x` is gone', 'The cell that defined `x` is gone.'],
    [
      { why: 'gone', name: 'x', by: 'b' },
      'Stale: `x` is gone',
      'Code cell 2 does not define `x` any more, nor does another cell.',
    ],
    [
      { why: 'overwritten', name: 'x', by: 'a', instead: 'b' },
      'Stale: another `x`',
      'It read the `x` of the cell “Load sales”; here the one of code cell 2 counts.',
    ],
    [
      { why: 'overwritten', name: 'x', by: 'c', instead: 'b' },
      'Stale: `x` changed twice',
      'This cell had changed `x` before it ran again: run code cell 2 first.',
    ],
  ] as const)('%j', (reason, label, text) => {
    expect(mark({ reason })).toMatchObject({ state: 'stale', why: { label, text } });
  });

  test('goes to the cell it names, and nowhere when that is gone', () => {
    mark({ reason: { why: 'changed', name: 'x', by: 'a' } }).why?.jump?.();
    expect(went).toEqual(['a']);
    expect(mark({ reason: { why: 'gone', name: 'x', by: 'z' } }).why).not.toHaveProperty('jump');
  });

  test('without a run in this kernel it is calm; by hand, only edits count', () => {
    expect(mark({ status: 'new' })).toMatchObject({ state: 'idle', why: { label: 'Not run here yet' }, notes: [] });
    const reason = { why: 'changed', name: 'x', by: 'a' } as const;
    expect(mark({ reason, twice: [{ name: 'x', above: 'a' }] }, 'manual')).toEqual({
      state: undefined,
      why: undefined,
      notes: [],
    });
    expect(mark({ status: 'edited' }, 'manual').state).toBe('stale');
  });
});

test('K88 two definitions, circles, readers from below and what is not known are said', () => {
  const notes = (state: Partial<CellState>) =>
    mark({ status: 'fresh', ...state }).notes.map(({ label, text }) => [label, text]);
  expect(notes({ twice: [{ name: 'x', below: 'b' }] })).toEqual([
    ['`x` defined twice', '`x` is defined again in code cell 2; cells below that one use that one.'],
  ]);
  expect(notes({ twice: [{ name: 'x', above: 'a' }] })).toEqual([
    ['`x` defined twice', '`x` is also defined in the cell “Load sales”; cells below this one use this one.'],
  ]);
  expect(notes({ cycle: { cells: ['a', 'b', 'c'], names: ['x', 'y'] }, below: [{ name: 'x', cell: 'b' }] })).toEqual([
    [
      'Goes in a circle',
      'This cell and the cell “Load sales” and code cell 2 read from each other (`x`, `y`). When one runs, each of the others runs at most once.',
    ],
  ]);
  expect(notes({ below: [{ name: 'x', cell: 'b' }] })[0]?.[0]).toBe('Reads `x` from below');
  expect(notes({ unknown: true })[0]?.[0]).toBe('Partly unknown');
});

test('the chip', () => {
  expect(chipWords({ stale: 0, progress: undefined })).toEqual(['', '']);
  expect(chipWords({ stale: 3, progress: undefined })).toEqual(['3 stale', 'Run stale']);
  expect(chipWords({ stale: 3, progress: { begun: 2, length: 5 } })).toEqual(['Running 2 of 5', 'Stop']);
});
