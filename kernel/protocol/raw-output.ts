import type { FrontEvent } from './front-state.ts';
import type { Turn } from './turn.ts';

/** Characters that children may print for one request, as K16 has it for cells themselves. */
const MOST_CHARS = 10 * 1024 * 1024;

/** What children of the executor printed stands under the request that runs, or else ran last. */
export function onRaw(turn: Turn, { name, text }: Extract<FrontEvent, { type: 'raw' }>): void {
  const parent = turn.state.active?.message.header ?? turn.state.lastParent;
  const { raw } = turn.state;
  const before = raw.parent === parent?.msg_id ? raw.chars : 0;
  turn.set({ raw: { parent: parent?.msg_id, chars: before + text.length } });
  if (before > MOST_CHARS) return;
  const room = MOST_CHARS - before;
  const shown =
    text.length <= room
      ? text
      : `${text.slice(0, room)}\n[The cell's programs printed more than 10 MB; the rest is left out. Write long output to a file.]\n`;
  turn.publish('stream', { name, text: shown }, { parent });
}
