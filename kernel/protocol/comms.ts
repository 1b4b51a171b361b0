import type { JupyterHeader, JupyterMessage } from '@daybook/shared/ports/kernel-front';
import { OpenComms } from './open-comms.ts';
import type { Turn } from './turn.ts';
import type { CommMessage } from './wire.ts';

/**
 * Comms: the executor holds their handlers, the machine knows which are open. A client's message
 * waits its turn on `shell` as a cell does; `idle` follows when its handlers are done.
 */

/** Bytes of buffers that one message may carry; a frame to the executor holds no more. */
const MOST_BYTES = 100 * 1024 * 1024;
/** Characters of an id or a target's name. */
const MOST_NAME = 1_000;

const ACTIONS = { comm_open: 'open', comm_msg: 'message', comm_close: 'close' } as const;
const TYPES = { open: 'comm_open', message: 'comm_msg', close: 'comm_close' } as const;

/** Content of `comm_info_reply`. */
export function commInfo({ state }: Turn, content: Record<string, unknown>): Record<string, unknown> {
  const wanted = typeof content.target_name === 'string' ? content.target_name : undefined;
  const comms: Record<string, unknown> = {};
  for (const [id, { target }] of state.comms.entries()) {
    if (wanted === undefined || wanted === target) comms[id] = { target_name: target };
  }
  return { status: 'ok', comms };
}

/** Passes a client's message on to the handlers in the executor; it stays `active` until they are done. */
export function toExecutor(turn: Turn, message: JupyterMessage): void {
  const { header, content, metadata, buffers } = message;
  const action = ACTIONS[header.msg_type as keyof typeof ACTIONS];
  const comm = content.comm_id;
  const target = content.target_name ?? '';
  const trouble =
    typeof comm !== 'string' || comm === '' || comm.length > MOST_NAME
      ? 'it has no comm_id'
      : typeof target !== 'string' || target.length > MOST_NAME
        ? 'its target_name is not a name'
        : buffers.reduce((sum, { byteLength }) => sum + byteLength, 0) > MOST_BYTES
          ? 'it has more than 100 MB of buffers'
          : action !== 'open' && !turn.state.comms.has(comm)
            ? 'its comm is not open'
            : undefined;
  if (trouble !== undefined) {
    turn.log(action === 'close' ? 'info' : 'warn', `a ${header.msg_type} was ignored: ${trouble}`);
    return;
  }
  const id = turn.state.nextId;
  const comms =
    action === 'open'
      ? turn.state.comms.with(String(comm), { target: String(target), origin: id, header })
      : action === 'close'
        ? turn.state.comms.without(String(comm))
        : turn.state.comms;
  turn.set({ nextId: id + 1, active: { id, message, count: 0 }, comms });
  const names = { comm: String(comm), target: String(target) };
  turn.request({ type: 'comm', id, action, ...names, data: record(content.data), metadata: record(metadata) }, buffers);
}

/** What a cell or a handler says on a comm, to every client. */
export function fromExecutor(
  turn: Turn,
  event: CommMessage,
  { parent, buffers }: { parent: JupyterHeader | undefined; buffers: readonly Uint8Array[] },
): void {
  const { state } = turn;
  const { action, comm, target, data, metadata } = event;
  if (action === 'open') turn.set({ comms: state.comms.with(comm, { target, origin: event.id, header: parent }) });
  else if (!state.comms.has(comm)) return;
  if (action === 'close') turn.set({ comms: state.comms.without(comm) });
  // While a message is served, what is said answers it.
  const caused = state.active?.id === event.id ? state.active.message.header : parent;
  const named = action === 'open' ? { target_name: target } : {};
  turn.publish(TYPES[action], { comm_id: comm, ...named, data }, { parent: caused, metadata, buffers });
}

/** Tells every client that the comms are gone, with the executor that held their other ends. */
export function closeComms(turn: Turn): void {
  const { comms, lastParent } = turn.state;
  turn.set({ comms: OpenComms.NONE });
  for (const [id] of comms.entries()) turn.publish('comm_close', { comm_id: id, data: {} }, { parent: lastParent });
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};
}
