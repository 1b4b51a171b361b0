import type { JupyterMessage } from '@daybook/shared/ports/kernel-front';
import { commInfo, toExecutor } from './comms.ts';
import { beginExecute } from './execute.ts';
import { kernelInfo } from './kernel-info.ts';
import { shutdown } from './lifecycle.ts';
import { refuse } from './refuse.ts';
import type { Turn } from './turn.ts';

const LANGUAGE_REQUESTS = [
  'execute_request',
  'complete_request',
  'inspect_request',
  'is_complete_request',
  'comm_open',
  'comm_msg',
  'comm_close',
];

/** Whether this request waits for the executor; the others are answered even while it starts. */
export function needsExecutor({ header }: JupyterMessage): boolean {
  return LANGUAGE_REQUESTS.includes(header.msg_type);
}

/** Begins one `shell` request: `busy`, then either the whole answer and `idle`, or `active` is set. */
export function serve(turn: Turn, message: JupyterMessage): void {
  const { header } = message;
  turn.set({ lastParent: header });
  turn.status('busy', header);
  answer(turn, message);
  if (turn.state.active === undefined) turn.status('idle', header);
}

function answer(turn: Turn, message: JupyterMessage): void {
  const { header, content } = message;
  if (hasSubshell(message)) {
    refuse(turn, message, 'This kernel has no subshells.');
    return;
  }
  switch (header.msg_type) {
    case 'execute_request':
      beginExecute(turn, message);
      return;
    case 'complete_request':
      forward(turn, message, (id) => ({ type: 'complete', id, ...position(content) }));
      return;
    case 'inspect_request':
      forward(turn, message, (id) => ({
        type: 'inspect',
        id,
        ...position(content),
        detail: Number(content.detail_level ?? 0),
      }));
      return;
    case 'is_complete_request':
      forward(turn, message, (id) => ({ type: 'is_complete', id, code: String(content.code ?? '') }));
      return;
    case 'kernel_info_request':
      turn.reply(message, kernelInfo());
      return;
    case 'history_request':
      turn.set({ nextId: turn.state.nextId + 1, active: { id: turn.state.nextId, message, count: 0 } });
      turn.actions.push({ type: 'ask', message });
      return;
    case 'connect_request':
      // The ports are the transport's: where there are any, it adds them.
      turn.reply(message, { status: 'ok' });
      return;
    case 'comm_info_request':
      turn.reply(message, commInfo(turn, content));
      return;
    case 'comm_open':
    case 'comm_msg':
    case 'comm_close':
      toExecutor(turn, message);
      return;
    case 'shutdown_request':
      turn.reply(message, { status: 'ok', restart: content.restart === true });
      shutdown(turn);
      return;
    default:
      refuse(turn, message, `This kernel does not know “${header.msg_type}”.`);
      return;
  }
}

function position(content: Record<string, unknown>): { code: string; cursor: number } {
  const code = String(content.code ?? '');
  return { code, cursor: typeof content.cursor_pos === 'number' ? content.cursor_pos : [...code].length };
}

function forward(turn: Turn, message: JupyterMessage, make: (id: number) => Parameters<Turn['request']>[0]): void {
  const id = turn.state.nextId;
  turn.set({ nextId: id + 1, active: { id, message, count: 0 } });
  turn.request(make(id));
}

function hasSubshell({ header }: JupyterMessage): boolean {
  return 'subshell_id' in header && header.subshell_id !== null && header.subshell_id !== undefined;
}
