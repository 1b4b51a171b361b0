import { LINK } from '@daybook/shared/api/link-names';
import type { JupyterMessage } from '@daybook/shared/ports/kernel-front';
import { kernelInfo } from './kernel-info.ts';
import { isGivenUp, shutdown } from './lifecycle.ts';
import { notice } from './notice.ts';
import { refuse } from './refuse.ts';
import type { Turn } from './turn.ts';

const GIVEN_UP = 'The kernel has ended and could not be started again. Restart it to try once more.';
const SHUT_DOWN = 'The kernel was shut down. Start a new one to run cells.';

/** Answers a message to a kernel that has ended: whoever asks gets a reply, and nothing runs. */
export function afterEnd(turn: Turn, message: JupyterMessage): void {
  const { channel, header, content } = message;
  const reason = isGivenUp(turn.state) ? GIVEN_UP : SHUT_DOWN;
  if (channel === 'stdin') {
    turn.log('info', 'an answer came after the end');
    return;
  }
  if (header.msg_type === LINK.request) {
    turn.reply(message, { status: 'error', code: 'kernel_ended', evalue: reason });
    return;
  }
  turn.status('busy', header);
  switch (header.msg_type) {
    case 'execute_request':
      abort(turn, message, reason);
      break;
    case 'kernel_info_request':
      turn.reply(message, kernelInfo());
      break;
    case 'interrupt_request':
      turn.reply(message, { status: 'ok' });
      break;
    case 'shutdown_request':
      turn.reply(message, { status: 'ok', restart: content.restart === true });
      break;
    default:
      refuse(turn, message, reason);
  }
  turn.status('idle', header);
  if (header.msg_type === 'shutdown_request') shutdown(turn);
}

function abort(turn: Turn, message: JupyterMessage, reason: string): void {
  const error = notice('KernelEnded', reason);
  if (message.content.silent !== true) turn.publish('error', { ...error }, { parent: message.header });
  turn.reply(message, { status: 'aborted', ...error, execution_count: turn.state.count });
}
