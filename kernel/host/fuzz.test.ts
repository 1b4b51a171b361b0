import type { JupyterMessage } from '@daybook/shared/ports/kernel-front';
import { describe, expect, test } from 'vitest';
import { Client } from './fixtures/client.ts';
import { program } from './fixtures/programs.ts';
import { Random } from './fixtures/random.ts';

/**
 * Random cells in random order with interrupts, restarts and crashes between them. Whatever
 * happens: one reply and one pair of busy and idle per request, outputs only between the two or
 * after them, nothing thrown, and the kernel works on at the end.
 *
 * `DAYBOOK_FUZZ_SEED` runs one seed, `DAYBOOK_FUZZ_RUNS` more of them.
 */
const STEPS = 75;
const SEEDS = seeds();

function seeds(): number[] {
  const { DAYBOOK_FUZZ_SEED: one, DAYBOOK_FUZZ_RUNS: runs } = process.env;
  if (one !== undefined) return [Number(one)];
  return Array.from({ length: Number(runs ?? 4) }, (_, index) => 1_000 + index);
}

describe('K1 random requests', () => {
  test.each(SEEDS)('seed %i', { timeout: 180_000 }, async (seed) => {
    const random = new Random(seed);
    const client = await Client.start({ DAYBOOK_KERNEL_HEAP_MB: '256' });
    client.answer = () => 'an answer';
    const asked = new Asked();
    try {
      for (let step = 0; step < STEPS; step += 1) await act(client, random, asked);
      await settle(client, asked.ids);
      for (const id of asked.ids) check(client, id, asked.comms.has(id) ? 0 : 1);
      expect((await client.run('40 + 2')).value).toBe('42');
      expect(client.log.filter((line) => /listener/.test(line))).toEqual([]);
    } finally {
      await client.stop();
    }
    for (const id of asked.ids) check(client, id, asked.comms.has(id) ? 0 : 1);
  });
});

/** What was sent: each wants a busy and an idle; messages on comms want no reply. */
class Asked {
  readonly ids: string[] = [];
  readonly comms = new Set<string>();
}

/** Handlers that end in every way there is. */
const HANDLERS = [
  'console.log(data); line.send(data)',
  'throw new Error("handler")',
  'while (true) {}',
  'await new Promise(() => {})',
  'line.close()',
  'setTimeout(() => { throw 1 }, 1); comm.open("fuzz")',
  'prompt("who?")',
];

/** One random step; requests that want an answer are added to `asked`. */
async function act(client: Client, random: Random, asked: Asked): Promise<void> {
  const code = program(random);
  const execute = (extra: Record<string, unknown> = {}) =>
    asked.ids.push(
      client.post('execute_request', {
        code,
        allow_stdin: random.chance(0.8),
        stop_on_error: random.chance(0.4),
        ...extra,
      }),
    );
  const ask = (type: string, content: Record<string, unknown>, channel?: 'control') =>
    asked.ids.push(client.post(type, content, channel));
  const say = (type: string) => {
    const content = { comm_id: `c${random.below(4)}`, target_name: random.pick(['fuzz', 'none', 5]), data: { code } };
    const id = client.post(type, content, 'shell', { buffers: random.chance(0.2) ? [Buffer.from(code)] : [] });
    asked.ids.push(id);
    asked.comms.add(id);
  };
  const cursor = random.below(code.length + 3) - 1;
  await random.pick<() => unknown>([
    ...Array.from({ length: 8 }, () => () => execute()),
    () => execute({ silent: true }),
    () => execute({ stop_on_error: false, store_history: random.chance(0.5) }),
    () => execute({ user_expressions: { a: '1 + 1', b: program(random), c: 'nope(' } }),
    () => ask('complete_request', { code, cursor_pos: cursor }),
    () => ask('inspect_request', { code, cursor_pos: cursor, detail_level: random.below(3) }),
    () => ask('is_complete_request', { code }),
    () =>
      ask('history_request', {
        hist_access_type: random.pick(['tail', 'range', 'search', 'what']),
        n: 3,
        pattern: '*[(',
      }),
    () => ask('kernel_info_request', {}, random.chance(0.5) ? 'control' : undefined),
    () => ask('comm_info_request', {}),
    () => ask('usage_request', {}, 'control'),
    () =>
      execute({
        code: `comm.registerTarget("fuzz", (line) => { line.onMessage(async ({ data }) => { ${random.pick(HANDLERS)} }) })`,
      }),
    () => say('comm_open'),
    () => say('comm_msg'),
    () => say('comm_msg'),
    () => say('comm_close'),
    () => ask('nonsense_request', { [code]: code }),
    () => ask('interrupt_request', {}, 'control'),
    () => client.kernel.send(malformedMessage(random)),
    () => client.post('input_reply', { value: code }, 'stdin'),
    () => client.kernel.interrupt(),
    () => random.chance(0.3) && client.kernel.restart(),
    () => random.chance(0.3) && void client.kernel.restart(),
    () => settle(client, asked.ids),
    () => settle(client, asked.ids.slice(0, -1)),
  ])();
}

/** Waits for every request, interrupting what does not end by itself. */
async function settle(client: Client, asked: readonly string[]): Promise<void> {
  const open = () => asked.filter((id) => !client.of(id).some(isIdle));
  for (let rounds = 0; open().length > 0; rounds += 1) {
    if (rounds > 200)
      throw new Error(
        `no idle for ${open()
          .map((id) => JSON.stringify(client.of(id)))
          .join('; ')}`,
      );
    const patience = new Promise((resolve) => setTimeout(resolve, 250));
    await Promise.race([client.until(() => open().length === 0), patience]);
    if (open().length > 0) await client.kernel.interrupt();
  }
}

function check(client: Client, id: string, wanted: number): void {
  const all = client.of(id);
  const states = all.flatMap(({ content }) => content.execution_state ?? []);
  const replies = all.filter(({ header }) => header.msg_type.endsWith('_reply'));
  const story = JSON.stringify(
    all.map(({ header, content }) => [header.msg_type, content.execution_state ?? content.status]),
  );
  expect(states, story).toEqual(['busy', 'idle']);
  expect(replies, story).toHaveLength(wanted);
  expect(
    all.findIndex((message) => message.content.execution_state === 'busy'),
    story,
  ).toBe(0);
  expect(
    all.findIndex(({ header }) => header.msg_type === 'error'),
    story,
  ).toBeLessThan(all.findIndex(isIdle));
  const results = all.filter(({ header }) => header.msg_type === 'execute_result').length;
  const inputs = all.filter(({ header }) => header.msg_type === 'execute_input').length;
  expect(results, story).toBeLessThanOrEqual(1);
  expect(inputs, story).toBeLessThanOrEqual(1);
}

function isIdle({ content }: JupyterMessage): boolean {
  return content.execution_state === 'idle';
}

function malformedMessage(random: Random): JupyterMessage {
  const header = { msg_id: 'x', msg_type: 'execute_request', session: 's', username: '', date: '', version: '5.4' };
  const good = { channel: 'shell', header, parent_header: {}, metadata: {}, content: { code: '1' }, buffers: [] };
  const broken: unknown = random.pick([
    { ...good, channel: 'iopub' },
    { ...good, header: undefined },
    { ...good, header: { ...header, msg_id: 5 } },
    { ...good, header: { ...header, msg_type: null } },
    { ...good, content: 'text' },
    { ...good, content: [] },
    {},
    null,
    7,
  ]);
  return broken as JupyterMessage;
}
