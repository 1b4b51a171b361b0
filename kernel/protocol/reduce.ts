import { assertNever } from '@daybook/shared/errors/error';
import type { JupyterMessage } from '@daybook/shared/ports/kernel-front';
import { afterEnd } from './after-end.ts';
import { drop, floods } from './comm-flood.ts';
import { onControl } from './control-requests.ts';
import { onExecutorEvent } from './executor-events.ts';
import type { FrontAction, FrontEvent, FrontState } from './front-state.ts';
import { crash, interrupt, restart, shutdown } from './lifecycle.ts';
import { malformed } from './message.ts';
import { onRaw } from './raw-output.ts';
import { needsExecutor, serve } from './shell-requests.ts';
import { Turn } from './turn.ts';

/** The next state and what to do, in order. Pure: the same input gives the same output. */
export function reduce(state: FrontState, event: FrontEvent): { state: FrontState; actions: readonly FrontAction[] } {
  const turn = new Turn(state);
  apply(turn, event);
  advance(turn);
  return { state: turn.state, actions: turn.actions };
}

function apply(turn: Turn, event: FrontEvent): void {
  switch (event.type) {
    case 'message':
      receive(turn, event.message);
      return;
    case 'executor':
      // An executor that is being ended may still have something in its pipe.
      if (turn.state.phase !== 'dead') onExecutorEvent(turn, event.event, event.buffers);
      return;
    case 'raw':
      if (turn.state.phase !== 'dead') onRaw(turn, event);
      return;
    case 'answered':
      answered(turn, event.message, event.content);
      return;
    case 'stuck':
      turn.publish(
        'stream',
        {
          name: 'stderr',
          text: 'The cell does not react to the interrupt. Restart the kernel to end it; variables are lost then.\n',
        },
        { parent: turn.state.active?.message.header },
      );
      return;
    case 'crashed':
      crash(turn, event.reason);
      return;
    case 'interrupt':
      interrupt(turn);
      return;
    case 'restart':
      restart(turn);
      return;
    case 'shutdown':
      shutdown(turn);
      return;
    default:
      assertNever(event);
      return;
  }
}

function receive(turn: Turn, message: JupyterMessage): void {
  const trouble = malformed(message);
  if (trouble !== undefined) {
    turn.log('warn', `a malformed message was ignored: ${trouble}`);
    return;
  }
  if (turn.state.phase === 'dead') {
    afterEnd(turn, message);
    return;
  }
  if (message.channel === 'shell') {
    if (floods(turn.state.queue, message)) drop(turn, message);
    else turn.set({ queue: [...turn.state.queue, message] });
    return;
  }
  if (message.channel === 'control') {
    onControl(turn, message);
    return;
  }
  if (message.header.msg_type !== 'input_reply') {
    turn.log('warn', `a ${message.header.msg_type} on stdin was ignored`);
    return;
  }
  if (turn.state.asking === undefined) {
    turn.log('info', 'an answer came to no question');
    return;
  }
  turn.set({ asking: undefined });
  turn.control({ type: 'input', text: String(message.content.value ?? '') });
}

/** One on `shell` may have been ended meanwhile. */
function answered(turn: Turn, message: JupyterMessage, content: Record<string, unknown>): void {
  if (message.channel === 'shell') {
    if (turn.state.active?.message !== message) return;
    turn.set({ active: undefined });
  }
  turn.reply(message, content);
  turn.status('idle', message.header);
}

/** Serves waiting requests, one after the other, as far as they can be. */
function advance(turn: Turn): void {
  while (turn.state.active === undefined && turn.state.phase !== 'dead') {
    const [next, ...queue] = turn.state.queue;
    if (next === undefined || (needsExecutor(next) && turn.state.phase !== 'ready')) return;
    turn.set({ queue });
    serve(turn, next);
  }
}
