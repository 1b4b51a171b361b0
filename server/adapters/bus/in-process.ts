import type { Bus } from '@daybook/shared/ports/bus';
import type { Log } from '../log.ts';
import { makeListeners } from './listeners.ts';
import { checkTopic, closed, encodeMessage } from './message.ts';

/** The bus of a server that runs alone. Messages arrive after `publish` has returned, as from afar. */
export function openInProcess(log: Log): Bus {
  const listeners = makeListeners(log);
  let isClosed = false;
  const ensureOpen = () => {
    if (isClosed) throw closed();
  };
  return {
    async publish(topic, message) {
      ensureOpen();
      checkTopic(topic);
      const text = encodeMessage(topic, message);
      setImmediate(() => listeners.deliver(topic, text));
    },
    async subscribe(topic, listener) {
      ensureOpen();
      checkTopic(topic);
      return listeners.add(topic, listener);
    },
    async check() {
      ensureOpen();
    },
    async close() {
      isClosed = true;
      listeners.clear();
    },
  };
}
