import type { JupyterMessage } from '@daybook/shared/ports/kernel-front';
import type { Turn } from './turn.ts';

/** Comms: nothing in a cell can listen on one yet, so none is ever open; each is closed at once, as clients expect. */
export function onComm(turn: Turn, message: JupyterMessage): void {
  const { header, content } = message;
  if (header.msg_type === 'comm_info_request') {
    turn.reply(message, { status: 'ok', comms: {} });
    return;
  }
  if (header.msg_type === 'comm_open') {
    turn.publish('comm_close', { comm_id: String(content.comm_id ?? ''), data: {} }, { parent: header });
    return;
  }
  turn.log('info', `${header.msg_type} for a comm that is not open was ignored`);
}
