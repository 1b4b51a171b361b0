import type { JupyterMessage } from '@daybook/shared/ports/kernel-front';
import type { Turn } from './turn.ts';

/** Answers a request that cannot be served; a message that asks nothing is logged. */
export function refuse(turn: Turn, message: JupyterMessage, reason: string): void {
  if (!message.header.msg_type.endsWith('_request')) {
    turn.log('warn', `${message.header.msg_type} was ignored: ${reason}`);
    return;
  }
  turn.reply(message, { status: 'error', ename: 'NotSupported', evalue: reason, traceback: [reason] });
}
