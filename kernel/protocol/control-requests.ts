import { LINK } from '@daybook/shared/api/kernel-link';
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
