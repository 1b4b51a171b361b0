import { expect, test } from 'vitest';
import { patientFetch } from './patient-fetch.ts';

/** A server that fails as told, and then answers 200. */
function server(failures: readonly (number | 'nobody')[]) {
  const asked: string[] = [];
  const waits: number[] = [];
  const left = [...failures];
  const ask = patientFetch({
    fetch: async (input) => {
      const request = input as Request;
      asked.push(`${request.method} ${await request.text()}`);
      const failure = left.shift();
      if (failure === 'nobody') throw new TypeError('Failed to fetch');
      return new Response('', { status: failure ?? 200 });
    },
    wait: async (milliseconds) => void waits.push(milliseconds),
  });
  return { ask, asked, waits };
}

test.each([
  ['GET', '/api/sessions'],
  ['GET', '/api/kernels/some-id'],
  ['GET', '/base/api/kernelspecs'],
  ['POST', '/api/sessions'],
  ['PATCH', '/api/sessions/some-id'],
])('%s %s waits for the server and sends the same again', async (method, path) => {
  const { ask, asked, waits } = server(['nobody', 502, 'nobody']);
  const body = method === 'GET' ? null : 'a body';
  const { status } = await ask(`http://server${path}`, { method, body });
  expect([status, asked.length, new Set(asked).size]).toEqual([200, 4, 1]);
  expect(asked[0]).toBe(`${method} ${body ?? ''}`);
  expect(waits).toEqual([250, 400, 640]);
});

test.each([
  ['POST', '/api/kernels/some-id/interrupt'],
  ['DELETE', '/api/sessions/some-id'],
  ['GET', '/api/contents/a.ipynb'],
  ['GET', '/api/v1/kernels/some-id'],
])('%s %s fails at once: later it would be another thing', async (method, path) => {
  const { ask, asked } = server(['nobody']);
  await expect(ask(`http://server${path}`, { method })).rejects.toThrow('Failed to fetch');
  expect(asked.length).toBe(1);
});

test('an answer that is no good is passed on', async () => {
  const { ask, asked } = server([404]);
  expect((await ask('http://server/api/sessions')).status).toBe(404);
  expect(asked.length).toBe(1);
});
