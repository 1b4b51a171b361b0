import { type CellState, GraphState, PlanReply, type PlanRequest } from '@daybook/shared/api/graph';
import { GRAPH, LINK } from '@daybook/shared/api/link-names';
import { NOTEBOOK_CELLS } from '@daybook/shared/api/notebook-cells';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { Client } from './fixtures/client.ts';

let client: Client;
let clients: Client[] = [];
beforeEach(async () => {
  client = await Client.start();
  clients.push(client);
});
afterAll(async () => {
  await Promise.all(clients.map((each) => each.stop()));
  clients = [];
});

const LOAD = 'const limit = 2';
const QUERY = '%%sql result=rows\nselect range as n from range(10) where n < {{ limit }}';
const CHART = '%%chart\ntype: bar\nfrom: rows\nx: n';

/** Tells the kernel which cells there are, named a, b, c, … */
async function tell(...sources: readonly string[]): Promise<void> {
  const cells = sources.map((source, index) => ({ id: 'abcdefgh'.charAt(index), source }));
  await client.ask(NOTEBOOK_CELLS, { cells });
}

async function states(): Promise<Record<string, CellState>> {
  const { cells } = GraphState.parse((await client.ask(GRAPH.state, {})).body);
  return Object.fromEntries(cells.map((cell) => [cell.id, cell]));
}

async function statuses(): Promise<Record<string, string>> {
  return Object.fromEntries(Object.entries(await states()).map(([id, { status }]) => [id, status]));
}

async function plan(wanted: PlanRequest): Promise<string[]> {
  return PlanReply.parse((await client.ask(GRAPH.plan, wanted)).body).plan.map(({ id }) => id);
}

const events = () => client.messages.filter(({ header }) => header.msg_type === LINK.event);

test('K86 what ran is known across kinds: a variable, an SQL parameter, a result, a chart', async () => {
  await tell(LOAD, QUERY, CHART);
  expect(await states()).toEqual({});
  for (const [id, source] of Object.entries({ a: LOAD, b: QUERY, c: CHART })) {
    expect((await client.runCell(id, source)).status).toBe('ok');
  }
  expect(await statuses()).toEqual({ a: 'fresh', b: 'fresh', c: 'fresh' });
  await client.runCell('a', LOAD);
  expect(await states()).toEqual({
    a: { id: 'a', status: 'fresh' },
    b: { id: 'b', status: 'stale', reason: { why: 'changed', name: 'limit', by: 'a' } },
    c: { id: 'c', status: 'stale', reason: { why: 'upstream', name: 'table:rows', by: 'b' } },
  });
  expect(await plan({ want: 'after', cells: ['a'] })).toEqual(['b', 'c']);
  expect(await plan({ want: 'stale' })).toEqual(['b', 'c']);
  expect(await plan({ want: 'with', cell: 'b' })).toEqual(['b', 'c']);
});

test('K86 events tell what changed, in versions without a gap; a restart makes all cells new', async () => {
  await tell(LOAD, QUERY);
  await client.runCell('a', LOAD);
  await client.runCell('b', QUERY);
  await states();
  const before = events().length;
  await client.runCell('a', LOAD);
  await states();
  expect(
    events()
      .slice(before)
      .map(({ content }) => content.body),
  ).toEqual([
    { version: before + 1, cells: [{ id: 'b', status: 'stale', reason: { why: 'changed', name: 'limit', by: 'a' } }] },
  ]);
  expect(events().map(({ content }) => (content.body as GraphState).version)).toEqual(
    events().map((_, index) => index + 1),
  );
  await client.kernel.restart();
  expect(await states()).toEqual({});
  expect(events().at(-1)?.content).toMatchObject({
    kind: 'graph.changed',
    body: {
      cells: [
        { id: 'a', status: 'new' },
        { id: 'b', status: 'new' },
      ],
    },
  });
});

test('K86 a crash makes all cells new; a cell that failed puts its users in doubt', async () => {
  await tell(LOAD, 'limit + 1');
  await client.runCell('a', LOAD);
  await client.runCell('b', 'limit + 1');
  await client.runCell('a', 'throw new Error("no")');
  await tell('const limit = 2; throw new Error("no")', 'limit + 1');
  await client.runCell('a', 'const limit = 2; throw new Error("no")');
  expect(await states()).toMatchObject({
    a: { status: 'fresh' },
    b: { status: 'blocked', reason: { why: 'failed', name: 'limit', by: 'a' } },
  });
  await client.runCell('b', 'require("child_process").execSync("kill -9 " + process.pid)');
  expect(await states()).toEqual({});
});

test('K86 a cell that ran before the page told of it has run', async () => {
  await client.runCell('a', LOAD);
  await tell(LOAD, 'limit');
  expect(await statuses()).toEqual({ a: 'fresh' });
});

test('K87 answers while a cell runs, also about SQL not seen before', async () => {
  await client.run('%%sql\nselect 1');
  const running = client.post('execute_request', { code: 'for (;;) {}' });
  await client.until(() => client.of(running).length > 1);
  await tell('create = 1', '%%sql\ncreate table t as select 1', '%%sql\nselect * from T');
  expect(await plan({ want: 'with', cell: 'b' })).toEqual(['b', 'c']);
  await client.kernel.interrupt();
  await client.until(() => client.of(running).some(({ content }) => content.execution_state === 'idle'));
});

test('K87 while a source is not valid its names are those it had; requests without a cell count for nothing', async () => {
  await tell(LOAD, 'limit');
  await client.runCell('a', LOAD);
  await client.runCell('b', 'limit');
  await tell('const limit = (', 'limit');
  expect(await statuses()).toEqual({ a: 'edited', b: 'fresh' });
  await client.run(LOAD);
  expect(await statuses()).toEqual({ a: 'edited', b: 'fresh' });
  expect(await client.ask(GRAPH.plan, { want: 'everything' })).toMatchObject({ status: 'error', code: 'bad_request' });
});

test('K85 two thousand cells: one run makes them all stale in a few events of bounded size', {
  timeout: 120_000,
}, async () => {
  const cells = [
    { id: 'root', source: 'const root = 1' },
    ...Array.from({ length: 2_000 }, (_, n) => ({ id: `cell-${n}`, source: `const y${n} = root + ${n}` })),
  ];
  await client.ask(NOTEBOOK_CELLS, { cells });
  expect(await plan({ want: 'with', cell: 'root' })).toHaveLength(2_001);
  for (const { id, source } of cells)
    void client.post('execute_request', { code: source }, 'shell', { metadata: { cellId: id } });
  await client.run('0');
  expect(Object.keys(await statuses())).toHaveLength(2_001);
  const before = events().length;
  await client.runCell('root', 'const root = 1');
  const told = Object.values(await states()).filter(({ status }) => status === 'stale');
  expect(told).toHaveLength(2_000);
  const sizes = events()
    .slice(before)
    .map(({ content }) => JSON.stringify(content).length);
  expect(sizes).toHaveLength(4);
  expect(Math.max(...sizes)).toBeLessThan(100_000);
});
