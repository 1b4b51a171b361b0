import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { CompletionReply, DiagnosticsReply } from '@daybook/shared/api/editor';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Client } from '../host/fixtures/client.ts';

const LONG = { timeout: 120_000 };
let client: Client;
beforeAll(async () => {
  client = await Client.start();
  await mkdir(join(client.folder, 'lib'));
  await writeFile(join(client.folder, 'lib/tool.ts'), 'export const answer: number = 42;\n');
});
afterAll(() => client.stop());

async function ask<T>(kind: string, body: unknown): Promise<T> {
  const id = client.post('daybook_request', { kind, body }, 'control');
  await client.until(() => client.of(id).length > 0);
  const content = client.of(id)[0]?.content;
  if (content?.status !== 'ok') throw new Error(JSON.stringify(content));
  return content.body as T;
}

const tell = (cells: Record<string, string>) =>
  ask('notebook.cells', { cells: Object.entries(cells).map(([id, source]) => ({ id, source })) });

async function labels(cellId: string, source: string): Promise<string[]> {
  const found = await ask<CompletionReply | null>('editor.complete', { cellId, offset: source.length });
  return found?.items.map(({ label }) => label) ?? [];
}

test('K71 pages get types, columns and diagnostics, also while a cell runs', LONG, async () => {
  await client.run("%%sql result=two\nselect 1 as n, 'x' as name");
  const cells = {
    sql: "%%sql result=two\nselect 1 as n, 'x' as name",
    rows: 'import { answer } from "./lib/tool.ts"; const rows = [{ price: answer }]',
    key: 'two.getChild("',
    member: 'rows[0].',
    query: '%%sql\nselect * from two where ',
    wrong: 'const text: string = rows.length; nobody',
  };
  await tell(cells);
  const running = client.post('execute_request', { code: 'while (true) {}' });
  await client.until(() => client.of(running).length > 1);
  expect(await labels('member', cells.member)).toEqual(['price']);
  expect(await labels('key', cells.key)).toEqual(['n', 'name']);
  expect((await labels('query', cells.query)).slice(0, 2)).toEqual(['n', 'name']);
  const { cells: found } = await ask<DiagnosticsReply>('editor.diagnostics', { cellIds: ['rows', 'wrong', 'gone'] });
  expect(found.map(({ cellId, diagnostics }) => [cellId, diagnostics.map(({ message }) => message)])).toEqual([
    ['rows', []],
    ['wrong', ["Type 'number' is not assignable to type 'string'.", "Cannot find name 'nobody'."]],
  ]);
  expect(await ask('editor.definition', { cellId: 'query', offset: cells.query.indexOf('two') })).toEqual({
    targets: [{ cellId: 'sql', start: 0, end: 0 }],
  });
  expect(await ask('editor.definition', { cellId: 'rows', offset: 12 })).toMatchObject({
    targets: [{ path: 'lib/tool.ts', line: 1 }],
  });
  await client.kernel.interrupt();
  await client.until(() => client.of(running).some(({ content }) => content.execution_state === 'idle'));
});

test('K78 K79 the SQL of a template is helped with as a cell is; SQL and charts are checked', LONG, async () => {
  await client.run("%%sql result=two\nselect 1 as n, 'x' as name");
  const cells = {
    rows: 'const limit = 3',
    plain: 'const found = sql`select * from two where na',
    filled: `sql\`select t. from two t where n > \${limit}\``,
    expression: `sql\`select * from two where n > \${lim`,
    sql: '%%sql\nselect 1 frm two; select n from two where',
    chart: '%%chart\ntype: bar\nfrom: two\nx: nme',
  };
  await tell(cells);
  expect(await labels('plain', cells.plain)).toEqual(expect.arrayContaining(['name']));
  const dot = cells.filled.indexOf('t. ') + 2;
  const found = await ask<CompletionReply | null>('editor.complete', { cellId: 'filled', offset: dot });
  expect(found).toMatchObject({ start: dot, end: dot, items: [{ label: 'n' }, { label: 'name' }] });
  expect(await labels('expression', cells.expression)).toContain('limit');
  const at = cells.filled.indexOf('two');
  expect(await ask('editor.inspect', { cellId: 'filled', offset: at + 1 })).toMatchObject({
    start: at,
    end: at + 3,
    description: { language: 'sql', code: 'two\n  n INTEGER\n  name VARCHAR' },
  });
  expect(await ask('editor.details', { cellId: 'filled', offset: dot, label: 'sum' })).toMatchObject({
    language: 'sql',
  });
  const { cells: checked } = await ask<DiagnosticsReply>('editor.diagnostics', { cellIds: ['sql', 'chart', 'gone'] });
  expect(checked.map(({ cellId, diagnostics }) => [cellId, diagnostics.map(({ message }) => message)])).toEqual([
    ['sql', ['Syntax error at or near "two".', 'Syntax error at end of input.']],
    ['chart', ['“two” has no column “nme”. It has “n”, “name”. Did you mean “name”?']],
  ]);
});

test('K74 values complete what types do not know, without running getters', LONG, async () => {
  await client.run('let called = 0; var anything: any = { alpha: 1, get beta() { called++; return 2 } }');
  const source = 'const given: any = 0; anything.';
  await tell({ a: 'var anything: any', b: source, c: 'call' });
  expect(await labels('b', source)).toEqual(expect.arrayContaining(['alpha', 'beta']));
  expect((await client.run('called')).value).toBe('0');
  expect(await labels('c', 'call')).toContain('called');
  const { cells } = await ask<DiagnosticsReply>('editor.diagnostics', { cellIds: ['c'] });
  expect(cells[0]?.diagnostics).toMatchObject([{ severity: 'warning' }]);
  await tell({ a: 'var anything: any', c: 'called' });
  const again = await ask<DiagnosticsReply>('editor.diagnostics', { cellIds: ['c'] });
  expect(again.cells[0]?.diagnostics).toMatchObject([
    { severity: 'hint', message: expect.stringContaining('No cell') },
  ]);
});

test('K75 stock clients get types of what ran, and values while types are not ready', LONG, async () => {
  await client.run('const typed = { first: { deep: 1 } }; type Only = { inType: string }');
  const complete = (code: string) => client.request('complete_request', { code, cursor_pos: [...code].length });
  const cold = await complete('typed.fir');
  expect(cold.content).toMatchObject({ status: 'ok', matches: ['first'], cursor_start: 6, cursor_end: 9 });
  const code = '"😀"; declare const only: Only; only.in';
  const warm = async () => {
    const { content } = await complete(code);
    return content;
  };
  await expect.poll(warm, { timeout: 30_000 }).toMatchObject({
    status: 'ok',
    matches: ['inType'],
    cursor_start: [...code].length - 2,
    metadata: { _jupyter_types_experimental: [{ text: 'inType', type: 'property' }] },
  });
  const inspected = await client.request('inspect_request', { code: 'typed', cursor_pos: 3, detail_level: 0 });
  expect((inspected.content.data as Record<string, string>)['text/plain']).toMatch(
    /const typed: \{[\s\S]*deep: number[\s\S]*first: \{ deep: 1/,
  );
  const sql = await complete('%%sql\nselect * from two where na');
  expect(sql.content.matches).toContain('name');
});

test('K71 a restart forgets what ran, and the editor answers on', LONG, async () => {
  await client.kernel.restart();
  const source = 'const after = { more: 1 }; after.';
  await tell({ a: source });
  expect(await labels('a', source)).toEqual(['more']);
});
