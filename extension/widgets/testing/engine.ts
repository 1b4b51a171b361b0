import type { ResultFilter, ResultSort } from '@daybook/shared/results/window';
import * as arrow from '@uwdata/flechette';
import type { Api } from './lab.ts';

/** Rows of the result the test engine serves. */
export const ROWS = 10_000_000;
export const HOSTILE = '<img src=x onerror="globalThis.hacked=true"><script>globalThis.hacked=true</script>';

export interface TestEngine {
  readonly api: Api;
  /** Addresses asked for, in order. */
  readonly asked: string[];
  /** When set, every answer is this refusal. */
  refuse: { status: number; code: string; detail: string; action?: string } | undefined;
}

/** Columns of every row: its number, a text (null every seventh), hostile every thirteenth. */
export function rowOf(index: number): [number, string | null] {
  return [index, index % 7 === 0 ? null : index % 13 === 0 ? HOSTILE : `row ${index}`];
}

/** An engine over virtual rows `0 … ROWS-1`, answering as the server does, in Arrow. */
export function testEngine(): TestEngine {
  const engine: TestEngine = {
    asked: [],
    refuse: undefined,
    api: (_request, url, response) => {
      engine.asked.push(url.pathname + url.search);
      if (engine.refuse !== undefined) {
        const { status, code, ...more } = engine.refuse;
        response.writeHead(status, { 'content-type': 'application/problem+json' });
        response.end(JSON.stringify({ type: `urn:daybook:error:${code}`, title: code, status, code, ...more }));
        return;
      }
      if (url.pathname.endsWith('/summary')) {
        response.writeHead(200, { 'content-type': 'application/json' });
        response.end(
          JSON.stringify({
            columns: [{ column: 'n', nulls: 0, distinct: ROWS, min: 0, max: ROWS - 1, histogram: [1, 2, 3] }],
          }),
        );
        return;
      }
      const asked = (name: string): unknown => JSON.parse(url.searchParams.get(name) ?? '[]');
      const [sort] = asked('sort') as ResultSort[];
      const filter = asked('filter') as ResultFilter[];
      const total = filter.length === 0 ? ROWS : filter.some((one) => 'value' in one && one.value === -1) ? 0 : 312;
      const offset = Number(url.searchParams.get('offset'));
      const count = Math.max(0, Math.min(Number(url.searchParams.get('limit')), total - offset));
      const rows = Array.from({ length: count }, (_, at) =>
        rowOf(sort?.descending === true ? ROWS - 1 - offset - at : offset + at),
      );
      const table = arrow.tableFromColumns({
        n: arrow.columnFromArray(
          rows.map(([n]) => BigInt(n)),
          arrow.int64(),
        ),
        t: arrow.columnFromArray(
          rows.map(([, t]) => t),
          arrow.utf8(),
        ),
      });
      response.writeHead(200, {
        'content-type': 'application/vnd.apache.arrow.stream',
        'Daybook-Total-Rows': String(total),
      });
      response.end(arrow.tableToIPC(table, { format: 'stream' }));
    },
  };
  return engine;
}
