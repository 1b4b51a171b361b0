import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Client } from './fixtures/client.ts';

let client: Client;
beforeAll(async () => {
  client = await Client.start();
});
afterAll(() => client.stop());

const MB = 1_048_576;

/** Memory of this process, which the front is in, and of the executor, that a cell's run added. */
async function growth(code: string) {
  await client.run('gc = undefined; 1');
  const before = { front: process.memoryUsage().rss, kernel: (await client.kernel.usage()).memoryBytes };
  const answer = await client.run(code);
  const after = { front: process.memoryUsage().rss, kernel: (await client.kernel.usage()).memoryBytes };
  return { ...answer, front: after.front - before.front, executor: after.kernel - before.kernel };
}

describe('K16 floods are cut, said, and cost bounded memory', () => {
  test('a gigabyte in many lines', async () => {
    const { printed, status, front, executor } = await growth(
      'const line = "x".repeat(999); for (let i = 0; i < 1_000_000; i++) console.log(line)',
    );
    expect(status).toBe('ok');
    expect(printed.length).toBeLessThan(10 * MB + 1_000);
    expect(printed).toContain('more than 10 MB');
    expect(front).toBeLessThan(250 * MB);
    expect(executor).toBeLessThan(250 * MB);
  });

  test('a gigabyte at once, as bytes', async () => {
    const { printed, status, front } = await growth('process.stdout.write(Buffer.alloc(1_000_000_000, 97)); 1');
    expect(status).toBe('ok');
    expect(printed.length).toBeLessThan(10 * MB + 1_000);
    expect(printed).toContain('more than 10 MB');
    expect(front).toBeLessThan(250 * MB);
  });

  test('a program that prints a gigabyte', async () => {
    const { printed, status, front } = await growth(
      'require("child_process").execSync("head -c 1000000000 /dev/zero | tr \\\\0 a", { stdio: "inherit" }); 1',
    );
    expect(status).toBe('ok');
    expect(printed).toContain('more than 10 MB');
    expect(printed.length).toBeLessThan(10 * MB + 1_000);
    expect(front).toBeLessThan(250 * MB);
  });

  test('100,000 small lines arrive whole, in order, in few messages', async () => {
    const { printed, outputs } = await client.run('for (let i = 0; i < 100_000; i++) console.log(i)');
    expect(printed).toBe(Array.from({ length: 100_000 }, (_, index) => `${index}\n`).join(''));
    // Some per 15 ms that the cell takes: a hundred on an idle machine.
    expect(outputs.length).toBeLessThan(5_000);
  });

  test('100,000 displayed values: the first 10,000, and a word about the others', async () => {
    const { outputs, printed } = await client.run('for (let i = 0; i < 100_000; i++) display(i)');
    expect(outputs.filter(({ header }) => header.msg_type === 'display_data')).toHaveLength(10_000);
    expect(outputs.filter(({ header }) => header.msg_type === 'stream')).toHaveLength(1);
    expect(printed).toContain('more than 10,000 outputs');
  });

  test('clearing makes room again', async () => {
    const { outputs } = await client.run(
      'for (let i = 0; i < 20_000; i++) { display(i); if (i === 9_999) clearOutput() }',
    );
    expect(outputs.filter(({ header }) => header.msg_type === 'display_data')).toHaveLength(20_000);
  });

  test('errors and values of any size', async () => {
    const long = await client.run('throw new Error("x".repeat(20_000_000))');
    expect(String(long.content.evalue).length).toBeLessThan(30_000);
    const wide = await client.run('const wide = {}; for (let i = 0; i < 300_000; i++) wide["k" + i] = i; wide');
    expect(wide.status).toBe('ok');
    const { content } = await client.request('complete_request', { code: 'wide.', cursor_pos: 5 });
    expect((content.matches as string[]).length).toBeLessThanOrEqual(1_000);
  });

  test('letters that two pieces of bytes share', async () => {
    const { printed } = await client.run(
      'const bytes = Buffer.from("aé😀"); for (const byte of bytes) process.stdout.write(Uint8Array.of(byte))',
    );
    expect(printed).toBe('aé😀');
  });
});
