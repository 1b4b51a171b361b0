import { assertNever } from '@daybook/shared/errors/error';
import { fromExecutor } from './comms.ts';
import { endExecute } from './execute.ts';
import type { Active } from './front-state.ts';
import type { Turn } from './turn.ts';
import type { ExecutorEvent, Outcome } from './wire.ts';

/** What the executor says, in the words of the protocol. */
export function onExecutorEvent(turn: Turn, event: ExecutorEvent, buffers: readonly Uint8Array[] = []): void {
  if (event.type === 'ready') {
    ready(turn);
    return;
  }
  const parent = turn.state.parents.get(event.id) ?? turn.state.comms.origin(event.id) ?? turn.state.lastParent;
  const { active } = turn.state;
  switch (event.type) {
    case 'stream':
      turn.publish('stream', { name: event.name, text: event.text }, { parent });
      return;
    case 'display': {
      const transient = event.displayId === undefined ? {} : { display_id: event.displayId };
      const content = { data: event.data, metadata: event.metadata, transient };
      turn.publish(event.update ? 'update_display_data' : 'display_data', content, { parent });
      return;
    }
    case 'comm':
      fromExecutor(turn, event, { parent, buffers });
      return;
    case 'clear':
      turn.publish('clear_output', { wait: event.wait }, { parent });
      return;
    case 'input':
      if (active?.id !== event.id) return;
      turn.set({ asking: active.message.header });
      turn.ask(active.message.header, { prompt: event.prompt, password: event.password });
      return;
    case 'done':
      if (active?.id !== event.id) return;
      turn.set({ failedStarts: 0 });
      if (active.message.header.msg_type === 'execute_request') endExecute(turn, active, event.outcome);
      else endInterrupted(turn, active, event.outcome);
      return;
    case 'reply':
      if (active?.id !== event.id) return;
      turn.set({ active: undefined, failedStarts: 0 });
      turn.reply(active.message, event.content);
      turn.status('idle', active.message.header);
      return;
    default:
      assertNever(event);
      return;
  }
}

/** A question about code that was interrupted before the executor came to it. */
function endInterrupted(turn: Turn, { message }: Active, outcome: Outcome): void {
  turn.set({ active: undefined });
  turn.reply(message, { status: 'error', ...(outcome.status === 'error' ? outcome.error : {}) });
  turn.status('idle', message.header);
}

function ready(turn: Turn): void {
  const { phase } = turn.state;
  turn.set({ phase: 'ready' });
  if (phase === 'autorestarting') turn.status('idle', undefined);
}
