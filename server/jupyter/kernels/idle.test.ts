import type { KernelFront } from '@daybook/shared/ports/kernel-front';
import { pino } from 'pino';
import { afterEach, describe, expect, test, vi } from 'vitest';
import WebSocket from 'ws';
import { startTestServer, type TestServer, TOKEN } from '../server.fixture.ts';
import { type IdleRule, idleEnd, watchIdle } from './idle.ts';
import type { Kernels, RunningKernel } from './kernels.ts';

const RULE: IdleRule = { minutes: 10, withPage: false };

function kernel(facts: Partial<RunningKernel> & { status?: KernelFront['status'] }): RunningKernel {
  const front = { status: facts.status ?? 'idle', lastActivity: 1_000 } as KernelFront;
  return { name: 'k', connections: 0, isReplacement: false, endedIdle: false, keptAt: 0, ...facts, front };
}

describe('K24 when a kernel is ended because nobody uses it', () => {
  test('never without the setting, while it is busy or starts, or with a page open', () => {
    expect(idleEnd(kernel({}), undefined)).toBeUndefined();
    for (const status of ['busy', 'starting', 'restarting', 'autorestarting', 'dead'] as const)
      expect(idleEnd(kernel({ status }), RULE)).toBeUndefined();
    expect(idleEnd(kernel({ connections: 1 }), RULE)).toBeUndefined();
  });

  test('so long after it was last used, or kept', () => {
    expect(idleEnd(kernel({}), RULE)).toBe(601_000);
    expect(idleEnd(kernel({ keptAt: 5_000 }), RULE)).toBe(605_000);
    expect(idleEnd(kernel({ connections: 1 }), { ...RULE, withPage: true })).toBe(601_000);
  });
});

describe('K24 the clock of the machine', () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  test('put forward, it ends no kernel that had time left a moment ago; time that passes does', () => {
    vi.useFakeTimers({ toFake: ['setInterval'] });
    const time = { now: 1_000, steady: 50 };
    const idle = kernel({});
    const ended: string[] = [];
    const kernels = { list: () => [idle], sleep: async (id: string) => ended.push(id) } as unknown as Kernels;
    const stop = watchIdle(kernels, RULE, {
      ...{ log: pino({ level: 'silent' }), now: () => time.now, steady: () => time.steady },
      every: 10_000,
    });
    const pass = (passed: number, jump = 0) => {
      time.steady += passed;
      time.now += passed + jump;
      vi.advanceTimersByTime(10_000);
    };
    pass(10_000, 3_600_000);
    expect([ended.length, idleEnd(idle, RULE)]).toEqual([0, time.now + 600_000]);
    pass(599_000);
    expect(ended.length).toBe(0);
    pass(10_000);
    expect(ended.length).toBe(1);
    stop();
  });
});

describe('K24 in a server', () => {
  let server: TestServer | undefined;
  afterEach(async () => {
    vi.useRealTimers();
    await server?.stop();
    server = undefined;
  });

  async function call(path: string, method = 'GET'): Promise<Record<string, unknown>> {
    const answer = await fetch(`${server?.url}${path}`, { method, headers: { authorization: `token ${TOKEN}` } });
    return answer.status === 204 ? {} : ((await answer.json()) as Record<string, unknown>);
  }

  /** A server whose idle minutes pass at once, with a kernel that is idle. */
  async function idleKernel(rule: IdleRule): Promise<string> {
    vi.useFakeTimers({ toFake: ['setInterval'] });
    server = await startTestServer({ idle: rule });
    const { id } = await call('/api/kernels', 'POST');
    await expect.poll(async () => (await call(`/api/v1/kernels/${id}`)).status).toBe('idle');
    return String(id);
  }

  test('its processes end, it says when before, and why after', async () => {
    const id = await idleKernel({ minutes: 1e-6, withPage: false });
    const { pid, idleEndsAt } = await call(`/api/v1/kernels/${id}`);
    expect(idleEndsAt).toBeTypeOf('number');
    vi.advanceTimersByTime(10_000);
    await expect.poll(() => isAlive(Number(pid))).toBe(false);
    expect(await call(`/api/kernels/${id}`)).toMatchObject({ id, execution_state: 'starting' });
    const socket = new WebSocket(`${server?.url.replace('http', 'ws')}/api/kernels/${id}/channels?token=${TOKEN}`);
    await new Promise((resolve) => socket.once('open', resolve));
    expect(await call(`/api/v1/kernels/${id}`)).toMatchObject({ variablesGone: true, endedIdle: true });
    socket.terminate();
  });

  test('a page that is open keeps it, and so does somebody who says so', async () => {
    const id = await idleKernel({ minutes: 60, withPage: true });
    const before = Number((await call(`/api/v1/kernels/${id}`)).idleEndsAt);
    await call(`/api/v1/kernels/${id}/keep`, 'POST');
    const after = await call(`/api/v1/kernels/${id}`);
    expect(Number(after.idleEndsAt)).toBeGreaterThan(before);
    vi.advanceTimersByTime(10_000);
    expect(isAlive(Number(after.pid))).toBe(true);
  });
});

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
