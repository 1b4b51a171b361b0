import { expect, test } from 'vitest';
import { type LinkState, ServerLink } from './server-link.ts';

/** Answers in order; `0` stands for nobody there. */
function link(...answers: number[]) {
  const waiting: (() => void)[] = [];
  const seen: LinkState[] = [];
  const made = new ServerLink({
    probe: async () => {
      const status = answers.shift() ?? 200;
      if (status === 0) throw new TypeError('Failed to fetch');
      return status;
    },
    later: (act) => void waiting.push(act),
  });
  made.changed.connect((_sender, state) => void seen.push(state));
  const settle = async () => {
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return { made, waiting, seen, settle };
}

test('asks until the server is back, and says each change once', async () => {
  const { made, waiting, seen, settle } = link(0, 0, 502, 401, 200);
  made.check();
  made.check();
  await settle();
  expect(waiting).toHaveLength(1);
  while (waiting.length > 0) {
    waiting.shift()?.();
    await settle();
  }
  expect(seen).toEqual(['away', 'signed-out', 'up']);
  expect(made.state).toBe('up');
});

test('an error of the server itself is not a lost connection', async () => {
  const { made, seen, settle } = link(500);
  made.check();
  await settle();
  expect(made.state).toBe('up');
  expect(seen).toEqual([]);
});
