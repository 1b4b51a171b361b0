import type { RunContext } from '@daybook/shared/ports/run-context';
import { ResultBundle } from '@daybook/shared/results/bundle';
import { RESULT_MIME } from '@daybook/shared/results/mime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Engine } from '../../kernel/data/engine.ts';
import { DATASETS } from '../../kernel/data/testing.ts';
import { parseCell } from '../magic.ts';
import { BUNDLE_BYTES } from './output.ts';
import { runSql } from './run.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await Engine.create({ kernelId: 'k', cwd: DATASETS, workspace: DATASETS });
});
afterAll(() => engine.close());

/** Runs a cell and gives back what it displayed and named. */
async function run(source: string, variables: Record<string, unknown> = {}) {
  const shown: Record<string, unknown>[] = [];
  const named: string[] = [];
  const context: RunContext = {
    data: engine,
    variable: async (name) => variables[name],
    nameResult: async (name) => void named.push(name),
    display: (data) => void shown.push(data),
    signal: new AbortController().signal,
    now: () => 1000,
  };
  await runSql(parseCell(source), context);
  return { shown: shown[0] ?? {}, named };
}

describe('a SQL cell', () => {
  test('shows Daybook’s bundle, aligned text and escaped HTML', async () => {
    const { shown, named } = await run(
      "%%sql result=top\nSELECT origin, count(*) AS n, '<b>' AS html FROM flights_3m WHERE delay > {{ late }} GROUP BY 1 ORDER BY n DESC",
      { late: 60 },
    );
    const bundle = ResultBundle.parse(shown[RESULT_MIME]);
    expect(bundle).toMatchObject({ v: 1, name: 'top', rows: 228, ran: 1000 });
    expect(bundle.first.length).toBe(50);
    expect(bundle.summary?.columns).toHaveLength(3);
    expect(shown['text/plain']).toMatch(
      /^origin +n {2}html\n─+ {2}─+ {2}─+\nORD +\d+ {2}<b>\n[\s\S]*… 228 rows × 3 columns$/,
    );
    expect(shown['text/html']).toContain('<td style="text-align: left">&#60;b&#62;</td>');
    expect(shown['text/html']).not.toContain('<b>');
    expect(named).toEqual(['top']);
  });

  test('keeps wide rows within the bytes of a bundle', async () => {
    const { shown } = await run("%%sql\nSELECT repeat('wide ', 500) AS t FROM range(100)");
    const bundle = ResultBundle.parse(shown[RESULT_MIME]);
    expect(bundle.rows).toBe(100);
    expect(JSON.stringify(bundle.first).length).toBeLessThanOrEqual(BUNDLE_BYTES + 100);
    expect(bundle.first.length).toBeGreaterThan(5);
  });

  test('says what a statement without rows did', async () => {
    expect((await run('%%sql\nCREATE TABLE cell(a INT)')).shown).toEqual({ 'text/plain': 'Done' });
    expect((await run('%%sql\nINSERT INTO cell VALUES (1), (2)')).shown).toEqual({ 'text/plain': '2 rows changed' });
    await expect(run('%%sql result=x\nINSERT INTO cell VALUES (3)')).rejects.toMatchObject({ code: 'no_rows_to_name' });
  });

  test('names a variable that cannot be bound', async () => {
    await expect(run('%%sql\nSELECT {{ config }}', { config: { a: 1 } })).rejects.toMatchObject({
      code: 'bad_parameter',
      message: 'The variable “config” is an object, which cannot be a value in SQL.',
    });
  });

  test('a value never becomes SQL text', async () => {
    const { shown } = await run('%%sql\nSELECT {{ name }} AS name', { name: "'; DROP TABLE cell; --" });
    expect(ResultBundle.parse(shown[RESULT_MIME]).first).toEqual([["'; DROP TABLE cell; --"]]);
  });
});
