import { mkdir, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { brotliCompressSync } from 'node:zlib';
import { DaybookError } from '@daybook/shared/errors/error';
import { Problem } from '@daybook/shared/errors/problem';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer, TOKEN } from '../jupyter/server.fixture.ts';
import { MAX_BODY } from './limits.ts';

let server: TestServer;
let healthy = true;
beforeAll(async () => {
  const check = async () => {
    if (!healthy) throw new DaybookError('database_unreachable', 'secret host name');
  };
  server = await startTestServer({ services: { database: { check } } });
});
afterAll(() => server.stop());

/** One raw exchange: what Node's own client would refuse to send. */
function raw(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.listening.port, '127.0.0.1', () => socket.write(text));
    let answer = '';
    socket.on('data', (data) => {
      answer += data.toString();
    });
    socket.on('close', () => resolve(answer));
    socket.on('error', reject);
  });
}

describe('N1: errors', () => {
  test('are problem documents with a stable code and the request’s id', async () => {
    const answer = await server.ask('GET', '/no/such/page');
    expect(answer.status).toBe(404);
    expect(answer.headers.get('content-type')).toBe('application/problem+json');
    const problem = Problem.parse(await answer.json());
    expect(problem).toMatchObject({ code: 'no_such_page', action: expect.any(String) });
    expect(problem.instance).toBe(`urn:daybook:request:${answer.headers.get('x-request-id')}`);
  });

  test('under the Jupyter API carry message and reason as well', async () => {
    expect(await (await server.ask('GET', '/api/kernels/nope')).json()).toMatchObject({
      code: 'no_such_kernel',
      message: expect.stringContaining('nope'),
      reason: 'no such kernel',
    });
  });

  test('of a body that is no JSON or of the wrong form name what is wrong', async () => {
    const headers = { authorization: `token ${TOKEN}` };
    const broken = await fetch(`${server.url}/api/sessions`, { method: 'POST', headers, body: '{' });
    expect(await broken.json()).toMatchObject({ code: 'bad_request' });
    expect(await (await server.ask('POST', '/api/sessions', { path: 1 })).json()).toMatchObject({
      code: 'bad_request',
      message: expect.stringContaining('path'),
    });
    const query = await server.ask('GET', '/api/v1/results/k.1?limit=-1');
    expect(query.status).toBe(400);
    expect(Problem.parse(await query.json()).detail).toContain('limit');
    expect((await server.ask('GET', '/api/v1/results/k.1?sort=%7B')).status).toBe(400);
  });
});

describe('N2: over-long requests are refused with the limit and the server stays up', () => {
  test('body', async () => {
    const answer = await new Promise<{ status: number; body: string }>((resolve, reject) => {
      const asking = request(
        `${server.url}/api/sessions`,
        { method: 'POST', headers: { 'content-length': MAX_BODY + 1 } },
        (got) => {
          let body = '';
          got.on('data', (data) => {
            body += data;
          });
          got.on('end', () => resolve({ status: got.statusCode ?? 0, body }));
        },
      );
      asking.on('error', reject);
      asking.write('{');
    });
    expect(answer.status).toBe(413);
    expect(answer.body).toContain('2 MB');
  });

  test('address, head, and a body of unknown length', async () => {
    expect((await server.ask('GET', `/api/contents/${'x'.repeat(9_000)}`)).status).toBe(414);
    expect(await raw(`GET /${'x'.repeat(40_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n`)).toMatch(
      /^HTTP\/1\.1 431 [\s\S]*head_too_long/,
    );
    expect(await raw('HELLO\r\n\r\n')).toMatch(/^HTTP\/1\.1 400 /);
    expect(
      await raw(
        'POST /login HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
      ),
    ).toMatch(/^HTTP\/1\.1 411 /);
    expect((await fetch(`${server.url}/health`)).status).toBe(200);
  });
});

describe('N3: what browsers are told', () => {
  test('only our own origin, no inline scripts, no framing by others, no sniffing', async () => {
    const { headers } = await server.ask('GET', '/lab');
    const policy = headers.get('content-security-policy') ?? '';
    expect(policy).not.toMatch(/https?:|\*/);
    expect(/script-src ([^;]*)/.exec(policy)?.[1]).not.toContain('unsafe-inline');
    expect(policy).toContain("frame-ancestors 'self'");
    expect(headers.get('x-content-type-options')).toBe('nosniff');
  });
});

describe('N4: static files', () => {
  test('come compressed where the browser takes it, and are cached for good when their name has a hash', async () => {
    const lab = join(server.folder, 'lab');
    await mkdir(lab, { recursive: true });
    const text = 'export default 1;'.repeat(100);
    await writeFile(join(lab, 'main.0123456789ab.js'), text);
    await writeFile(join(lab, 'main.0123456789ab.js.br'), brotliCompressSync(text));
    await writeFile(join(lab, 'plain.json'), '{}');
    const small = await server.ask('GET', '/static/lab/main.0123456789ab.js', undefined, { 'accept-encoding': 'br' });
    expect(small.headers.get('content-encoding')).toBe('br');
    expect(small.headers.get('cache-control')).toContain('immutable');
    expect(small.headers.get('content-type')).toContain('javascript');
    expect(await small.text()).toBe(text);
    const plain = await server.ask('GET', '/static/lab/plain.json');
    expect(plain.headers.get('cache-control')).toBe('private, no-cache');
    expect((await server.ask('GET', '/static/lab/..%2fhome%2fauth%2ftoken')).status).toBe(404);
    expect((await server.ask('GET', '/static/lab/nope.js')).status).toBe(404);
  });
});

describe('N5: health, readiness, metrics, documentation', () => {
  test('ready turns 503 when a service is down, naming its code and nothing else', async () => {
    expect(await (await fetch(`${server.url}/ready`)).json()).toMatchObject({ ready: true });
    healthy = false;
    const answer = await fetch(`${server.url}/ready`);
    healthy = true;
    expect(answer.status).toBe(503);
    const text = await answer.text();
    expect(text).toContain('database_unreachable');
    expect(text).not.toContain('secret');
  });

  test('metrics count requests by area, without file names', async () => {
    await server.ask('GET', '/api/contents/very-private-name.txt');
    const text = await (await server.ask('GET', '/metrics')).text();
    expect(text).toMatch(/daybook_http_requests_total\{method="GET",area="\/api\/contents",status="404"\} \d+/);
    expect(text).toMatch(/^daybook_kernels 0$/m);
    expect(text).not.toContain('very-private-name');
  });

  test('the API page and the document made from the schemas', async () => {
    expect(await (await server.ask('GET', '/docs')).text()).toContain('/docs/swagger-ui.css');
    expect((await server.ask('GET', '/docs/swagger-ui-bundle.js')).status).toBe(200);
    const document = (await (await server.ask('GET', '/api/v1/openapi.json')).json()) as {
      openapi: string;
      paths: Record<string, { get: { parameters: { name: string; schema: unknown }[] } }>;
    };
    expect(document.openapi).toBe('3.1.0');
    expect(Object.keys(document.paths)).toEqual(
      expect.arrayContaining([
        '/health',
        '/ready',
        '/api/v1/results/{id}',
        '/api/v1/results/{id}/summary',
        '/api/v1/results/{id}/export',
        '/api/v1/kernels/{id}',
      ]),
    );
    const { parameters } = document.paths['/api/v1/results/{id}']?.get ?? { parameters: [] };
    expect(parameters.find(({ name }) => name === 'limit')?.schema).toMatchObject({ maximum: 10_000, default: 500 });
  });
});
