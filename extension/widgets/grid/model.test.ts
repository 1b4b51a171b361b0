import { DaybookError } from '@daybook/shared/errors/error';
import type { ResultBundle } from '@daybook/shared/results/bundle';
import { describe, expect, test } from 'vitest';
import { jsonBlock } from './block.ts';
import { GridModel, WINDOW } from './model.ts';
import type { GridQuery } from './query.ts';
import type { ResultSource } from './source.ts';

const BY_N: GridQuery = { sort: [{ column: 'n', descending: true }], filter: [] };
const GONE = new DaybookError('result_gone', 'gone', { status: 410 });

function bundleOf(rows: number, first: number): ResultBundle {
  return {
    v: 1,
    id: 'k.1',
    columns: [{ name: 'n', type: 'BIGINT' }],
    rows,
    first: Array.from({ length: first }, (_, row) => [row]),
    elapsed: 1,
    ran: 0,
  };
}

/** An engine over `rows` numbers; `fail` makes its next answers errors. */
class Engine implements ResultSource {
  readonly asked: number[] = [];
  fail: Error | undefined;
  readonly #rows: number;

  constructor(rows: number) {
    this.#rows = rows;
  }

  async window(query: GridQuery, offset: number, limit: number): ReturnType<ResultSource['window']> {
    this.asked.push(offset);
    if (this.fail !== undefined) throw this.fail;
    const total = query.filter.length > 0 ? 3 : this.#rows;
    const down = query.sort[0]?.descending === true;
    const count = Math.max(0, Math.min(limit, total - offset));
    const rows = Array.from({ length: count }, (_, at) => [down ? this.#rows - 1 - offset - at : offset + at]);
    return { rows: jsonBlock(rows), total };
  }

  async summary(): Promise<{ columns: [] }> {
    return { columns: [] };
  }

  exportUrl(format: string): string {
    return `/export.${format}`;
  }
}

function setUp(rows: number, first: number): { model: GridModel; engine: Engine; settled: () => Promise<void> } {
  const engine = new Engine(rows);
  const model = new GridModel({ bundle: bundleOf(rows, first), source: engine, onChange: () => {} });
  const settled = async (): Promise<void> => {
    for (let turns = 0; turns < 5; turns += 1) await new Promise((resolve) => setImmediate(resolve));
  };
  return { model, engine, settled };
}

describe('grid model', () => {
  test('asks for nothing while the bundle’s rows suffice', () => {
    const { model, engine } = setUp(100_000, 1000);
    model.need(0, 12, 0);
    expect(engine.asked).toEqual([]);
    expect(model.cell(5, 0)).toBe(5);
  });
  test('asks for what is on screen, then for what comes next', async () => {
    const { model, engine, settled } = setUp(100_000, 1000);
    model.need(5000, 5012, 1);
    expect(model.cell(5003, 0)).toBeUndefined();
    await settled();
    expect(model.cell(5003, 0)).toBe(5003);
    expect(engine.asked).toEqual([5000, 5000 + WINDOW]);
  });
  test('sorts the whole result and returns to the bundle', async () => {
    const { model } = setUp(100_000, 1000);
    await model.apply(BY_N);
    expect(model.cell(0, 0)).toBe(99_999);
    await model.apply({ sort: [], filter: [] });
    expect(model.cell(0, 0)).toBe(0);
  });
  test('a filter changes the total; the bundle’s rows do not show through', async () => {
    const { model } = setUp(100_000, 1000);
    await model.apply({ sort: [], filter: [{ column: 'n', op: '<', value: 3 }] });
    expect(model.total).toBe(3);
    expect(model.cell(500, 0)).toBeUndefined();
  });
  test('a refused sort keeps the rows and says why; retry does it', async () => {
    const { model, engine } = setUp(100_000, 1000);
    engine.fail = new DaybookError('busy', 'The kernel is busy.', { status: 503, action: 'Try again.' });
    await model.apply(BY_N);
    expect(model.cell(0, 0)).toBe(0);
    expect(model.query.sort).toEqual([]);
    expect(model.notice).toMatchObject({ tone: 'error', text: 'The kernel is busy. Try again.' });
    engine.fail = undefined;
    model.notice?.retry?.();
    await new Promise((resolve) => setImmediate(resolve));
    expect(model.cell(0, 0)).toBe(99_999);
  });
  test('a failed window can be asked for again', async () => {
    const { model, engine, settled } = setUp(100_000, 100);
    engine.fail = new Error('cut');
    model.need(5000, 5012, 0);
    await settled();
    expect(model.notice?.text).toContain('could not be loaded');
    engine.fail = undefined;
    model.notice?.retry?.();
    await settled();
    expect(model.cell(5003, 0)).toBe(5003);
    expect(model.notice).toBeUndefined();
  });
  test('once the result is gone, the first rows remain and nothing else is asked for', async () => {
    const { model, engine, settled } = setUp(100_000, 100);
    engine.fail = GONE;
    model.need(5000, 5012, 0);
    await settled();
    expect(model.notice).toMatchObject({ tone: 'info', text: expect.stringContaining('run the cell again') });
    expect(model.reach).toBe(100);
    expect(model.total).toBe(100_000);
    model.need(50, 62, 1);
    expect(engine.asked).toHaveLength(1);
    await expect(model.exportUrl('csv')).rejects.toMatchObject({ code: 'result_gone' });
  });
  test('a small result sorts without its kernel', async () => {
    const { model, engine } = setUp(31, 31);
    engine.fail = GONE;
    await model.apply(BY_N);
    expect(model.cell(0, 0)).toBe(30);
    expect(model.notice).toBeUndefined();
  });
  test('only the last of several sorts is shown', async () => {
    const { model } = setUp(100_000, 1000);
    const first = model.apply(BY_N);
    const second = model.apply({ sort: [{ column: 'n', descending: false }], filter: [] });
    await Promise.all([first, second]);
    expect(model.query.sort[0]?.descending).toBe(false);
    expect(model.cell(0, 0)).toBe(0);
  });
  test('reads rows for a copy, fetching what is missing', async () => {
    const { model } = setUp(100_000, 100);
    expect(await model.read(98, 102)).toEqual([[98], [99], [100], [101]]);
  });
});
