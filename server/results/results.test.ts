import { randomUUID } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { JupyterMessage } from '@daybook/shared/ports/kernel-front';
import type { ResultBundle } from '@daybook/shared/results/bundle';
import { ARROW_MIME, RESULT_MIME } from '@daybook/shared/results/mime';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../jupyter/server.fixture.ts';

let server: TestServer;
let result: ResultBundle;
beforeAll(async () => {
  server = await startTestServer();
  const kernel = await server.jupyter.kernels.start({ cwd: server.root });
  result = await new Promise<ResultBundle>((resolve, reject) => {
    kernel.front.onMessage((message) => {
      const { data, evalue } = message.content as { data?: Record<string, unknown>; evalue?: string };
      if (data?.[RESULT_MIME] !== undefined) resolve(data[RESULT_MIME] as ResultBundle);
      if (message.header.msg_type === 'error') reject(new Error(evalue));
    });
    kernel.front.send(execute(`%%sql result=r\nselect i as n, 'ä' || i as "größe" from range(1000) t(i)`));
  });
});
afterAll(() => server.stop());

function execute(code: string): JupyterMessage {
  const header = {
    msg_id: randomUUID(),
    session: 's',
    username: '',
    date: new Date().toISOString(),
    msg_type: 'execute_request',
    version: '5.3',
  };
  const content = {
    code,
    silent: false,
    store_history: true,
    user_expressions: {},
    allow_stdin: false,
    stop_on_error: true,
  };
  return { channel: 'shell', header, parent_header: {}, metadata: {}, content, buffers: [] };
}

const at = (query: Record<string, unknown>) =>
  `/api/v1/results/${result.id}?${new URLSearchParams(Object.entries(query).map(([name, value]): [string, string] => [name, JSON.stringify(value)]))}`;

describe('R1: windows', () => {
  test('JSON rows, sorted and filtered by the engine over the whole result', async () => {
    const answer = await server.ask(
      'GET',
      at({
        offset: 1,
        limit: 2,
        sort: [{ column: 'n', descending: true }],
        filter: [{ column: 'n', op: '<', value: 500 }],
      }),
      undefined,
      { accept: 'application/json' },
    );
    expect(answer.status).toBe(200);
    expect(answer.headers.get('daybook-total-rows')).toBe('500');
    expect(
      (JSON.parse(answer.headers.get('daybook-columns') ?? '') as { name: string }[]).map(({ name }) => name),
    ).toEqual(['n', 'größe']);
    expect(await answer.json()).toEqual([
      [498, 'ä498'],
      [497, 'ä497'],
    ]);
  });

  test('Arrow otherwise', async () => {
    const answer = await server.ask('GET', at({ limit: 10 }), undefined, { accept: ARROW_MIME });
    expect(answer.headers.get('content-type')).toBe(ARROW_MIME);
    expect(answer.headers.get('daybook-total-rows')).toBe('1000');
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(100);
  });

  test('a summary of each column', async () => {
    const summary = (await (await server.ask('GET', `/api/v1/results/${result.id}/summary`)).json()) as {
      columns: unknown[];
    };
    expect(summary.columns).toHaveLength(2);
  });
});

describe('R2: files', () => {
  test.each(['csv', 'parquet'])('the whole result as %s, and nothing left behind', async (format) => {
    const answer = await server.ask('GET', `/api/v1/results/${result.id}/export?format=${format}`);
    expect(answer.headers.get('content-disposition')).toContain(`result.${format}`);
    const body = Buffer.from(await answer.arrayBuffer());
    expect(body.length).toBe(Number(answer.headers.get('content-length')));
    if (format === 'csv') expect(body.toString().trim().split('\n')).toHaveLength(1001);
    else expect(body.subarray(0, 4).toString()).toBe('PAR1');
    await expect
      .poll(async () => (await readdir(tmpdir())).filter((name) => name.startsWith('daybook-export-')))
      .toEqual([]);
  });

  test('a result whose kernel is gone, and one that never was', async () => {
    expect((await server.ask('GET', '/api/v1/results/no-such-kernel.1')).status).toBe(410);
    const gone = await server.ask('GET', `/api/v1/results/${result.id.split('.')[0]}.nope`);
    expect(gone.status).toBe(410);
    expect(await gone.json()).toMatchObject({ code: 'result_gone' });
  });
});
