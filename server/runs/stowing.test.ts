import { formatNotebook } from '@daybook/shared/notebook/format';
import type { CodeCell, Output } from '@daybook/shared/notebook/notebook';
import { OutputFold, type OutputMessage } from '@daybook/shared/notebook/outputs/fold';
import { parseNotebook } from '@daybook/shared/notebook/parse';
import { createRandom } from '@daybook/shared/notebook/testing/random';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { isLarge } from '../outputs/stow.ts';
import { type OutputsBench, openOutputs } from '../outputs/testing/bench.ts';
import { notebookOf } from '../outputs/testing/large-outputs.ts';
import { Stowing } from './stowing.ts';

let bench: OutputsBench;
beforeAll(async () => {
  bench = await openOutputs();
});
afterAll(() => bench?.close());

/** What a kernel might say, by the seed alone. */
function messages(seed: number): OutputMessage[] {
  const random = createRandom(seed);
  const below = (end: number) => Math.floor(random() * end);
  const display = (): OutputMessage => {
    const size = below(3) === 0 ? 70_000 + below(100_000) : below(200);
    const data = {
      'text/html': `<p>${below(100)}${'h'.repeat(size)}`,
      ...(below(2) === 0 ? { 'text/plain': 'text' } : {}),
    };
    const type = ['display_data', 'update_display_data'][below(2)] ?? '';
    return { type, content: { data, metadata: {}, transient: { display_id: `d${below(3)}` } } };
  };
  return Array.from({ length: 4 + below(14) }, (): OutputMessage => {
    const kind = below(8);
    if (kind === 0) return { type: 'clear_output', content: { wait: below(2) === 0 } };
    if (kind < 3) return display();
    const lines = below(3) === 0 ? 20_000 + below(20_000) : 1 + below(5);
    const text = `${below(1000)} é 😀 line\n`.repeat(lines) + (below(3) === 0 ? 'no end' : '');
    return { type: 'stream', content: { name: below(4) === 0 ? 'stderr' : 'stdout', text } };
  });
}

const tick = () => new Promise((resolve) => setImmediate(resolve));
const whole = async (outputs: readonly Output[]) => {
  const file = await bench.outputs.unpack(Buffer.from(formatNotebook(notebookOf(...outputs))));
  return (parseNotebook(Buffer.from(file).toString()).cells[0] as CodeCell).outputs;
};

test.each([0, 20, 40, 60])(
  '[E41] [X13] property: whenever outputs are taken out, the file has what was said, seeds from %i',
  { timeout: 120_000 },
  async (first) => {
    for (let seed = first; seed < first + 20; seed += 1) {
      const [plain, fold] = [new OutputFold(), new OutputFold()];
      const stowing = new Stowing({
        fold,
        store: bench.outputs.store,
        log: pino({ level: 'silent' }),
        onReady: () => {},
      });
      const random = createRandom(seed + 1_000);
      let written: readonly Output[] = [];
      for (const message of messages(seed)) {
        for (const each of [plain, fold]) each.apply(message);
        if (random() < 0.5) {
          void stowing.begin();
          for (let ticks = random() * 4; ticks > 0; ticks -= 1) await tick();
          written = stowing.ready(written);
          expect(written.some(isLarge), `seed ${seed}`).toBe(false);
        }
      }
      stowing.over = true;
      await stowing.begin();
      written = stowing.ready(written);
      expect(written.some(isLarge), `seed ${seed}`).toBe(false);
      expect(await whole(written), `seed ${seed}`).toEqual(plain.outputs);
    }
  },
);
