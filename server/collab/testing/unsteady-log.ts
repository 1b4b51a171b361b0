import type { DocumentLog } from '@daybook/shared/ports/document-log';
import { createMemoryLog } from '../../adapters/document-log/memory.ts';

/** A log in memory that is slow, fails and does not answer for a while, until it is `heal`ed. */
export interface UnsteadyLog extends DocumentLog {
  heal(): void;
}

/** Keeps the order of what is asked, as the port promises; a failed append may have been made all the same. */
export function createUnsteadyLog(random: () => number): UnsteadyLog {
  const log = createMemoryLog();
  let healed = false;
  let heal: () => void = () => undefined;
  const health = new Promise<void>((resolve) => {
    heal = resolve;
  });
  let last: Promise<unknown> = Promise.resolve();

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = last.then(async () => {
      const roll = healed ? 1 : random();
      if (roll < 0.02) await health;
      else if (roll < 0.5) await turns(Math.floor(random() * 6));
      if (roll > 0.9 && roll < 0.97) throw new Error('the log is away');
      const result = await work();
      if (roll > 0.97 && roll < 1) throw new Error('the log went away before it answered');
      return result;
    });
    last = next.catch(() => undefined);
    return next;
  }

  return {
    append: (document, update) => inTurn(() => log.append(document, update)),
    load: (document) => inTurn(() => log.load(document)),
    compact: (document, state) => inTurn(() => log.compact(document, state)),
    delete: (document) => inTurn(() => log.delete(document)),
    close: () => log.close(),
    heal() {
      healed = true;
      heal();
    },
  };
}

/** That many turns of the event loop. */
export async function turns(count: number): Promise<void> {
  for (let turn = 0; turn < count; turn += 1) await new Promise((resolve) => setImmediate(resolve));
}
