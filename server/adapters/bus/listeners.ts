import type { Json } from '@daybook/shared/ports/bus';
import type { Disposer } from '@daybook/shared/ports/disposer';
import type { Log } from '../log.ts';
import { decodeMessage } from './message.ts';

type Listener = (message: Json) => void;

/** The listeners of this process, by topic. */
export interface Listeners {
  /** `onLast` is told when the topic's last listener is gone. */
  add(topic: string, listener: Listener, onLast?: () => void): Disposer;
  has(topic: string): boolean;
  /** Hands each listener a copy of its own; what one throws is logged and stops no other. */
  deliver(topic: string, text: string): void;
  clear(): void;
}

export function makeListeners(log: Log): Listeners {
  const topics = new Map<string, Set<{ listener: Listener }>>();
  return {
    add(topic, listener, onLast) {
      const entry = { listener };
      const entries = topics.get(topic) ?? new Set();
      topics.set(topic, entries.add(entry));
      return () => {
        if (!entries.delete(entry) || entries.size > 0 || topics.get(topic) !== entries) return;
        topics.delete(topic);
        onLast?.();
      };
    },
    has: (topic) => topics.has(topic),
    deliver(topic, text) {
      for (const entry of [...(topics.get(topic) ?? [])]) {
        try {
          entry.listener(decodeMessage(text));
        } catch (error) {
          log.error({ error, topic }, 'a bus listener failed');
        }
      }
    },
    clear: () => topics.clear(),
  };
}
