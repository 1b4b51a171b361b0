import { LINK } from '@daybook/shared/api/link-names';
import type { JupyterMessage } from '@daybook/shared/ports/kernel-front';
import { kernelInfo } from './kernel-info.ts';
import { interrupt, shutdown } from './lifecycle.ts';
import { refuse } from './refuse.ts';
import type { Turn } from './turn.ts';

/** Requests on `control`: answered at once, whatever runs. */
export function onControl(turn: Turn, message: JupyterMessage): void {
  const { header, content } = message;
  if (header.msg_type === LINK.request) {
    // No state is told: the page would take it for the state of a cell.
    turn.actions.push({ type: 'serve', message });
    return;
  }
  turn.status('busy', header);
  switch (header.msg_type) {
    case 'interrupt_request':
      interrupt(turn);
      turn.reply(message, { status: 'ok' });
      break;
    case 'kernel_info_request':
      turn.reply(message, kernelInfo());
      break;
    case 'shutdown_request':
      turn.reply(message, { status: 'ok', restart: content.restart === true });
      turn.status('idle', header);
      shutdown(turn);
      return;
    case 'usage_request':
      turn.actions.push({ type: 'ask', message });
      return;
    case 'debug_request':
      refuseDebugging(turn, message);
      break;
    case 'create_subshell_request':
    case 'delete_subshell_request':
    case 'list_subshell_request':
      refuse(turn, message, 'This kernel has no subshells.');
      break;
    default:
      refuse(turn, message, `This kernel does not know “${header.msg_type}”.`);
  }
  turn.status('idle', header);
}

/**
 * The debugger's place: its requests will go to the control worker, which is connected to the main
 * thread's inspector. Until then the answer is a failed response of the Debug Adapter Protocol.
 */
function refuseDebugging(turn: Turn, message: JupyterMessage): void {
  const { seq = 0, command = '' } = message.content;
  const reason = 'This kernel has no debugger yet.';
  turn.reply(message, {
    type: 'response',
    seq: 0,
    request_seq: seq,
    command,
    success: false,
    message: reason,
    status: 'error',
    ename: 'NotSupported',
    evalue: reason,
    traceback: [reason],
  });
}
