import { closeComms } from './comms.ts';
import { abortQueued, failExecute } from './execute.ts';
import type { FrontState } from './front-state.ts';
import { notice } from './notice.ts';
import { refuse } from './refuse.ts';
import type { Turn } from './turn.ts';
import type { ErrorOutput } from './wire.ts';

/** Ends without a cause in a row after which a kernel is given up. */
const MOST_STARTS = 3;
/** Names listed in the message after a crash. */
const MOST_NAMES = 12;

/** The executor ended by itself: the running cell says why, the waiting ones that they did not run. */
export function crash(turn: Turn, reason: string): void {
  const { state } = turn;
  if (state.phase === 'dead') return;
  // One that a request brought down is that request's failure; any other may fail for ever.
  const failedStarts = state.active === undefined ? state.failedStarts + 1 : 0;
  const dead = failedStarts >= MOST_STARTS;
  turn.log('error', reason);
  endAll(
    turn,
    notice('KernelEnded', `${reason} ${dead ? 'It could not be started again.' : goneNames(state)}`),
    dead ? undefined : reason,
  );
  turn.set({ ...fresh(), failedStarts, phase: dead ? 'dead' : 'autorestarting' });
  if (dead) {
    refuseQueued(turn);
    turn.status('dead', undefined);
    return;
  }
  // In the protocol's words: its clients know no other.
  turn.status('restarting', undefined);
  turn.actions.push({ type: 'start' });
}

/** Ends what runs, which answers for itself, or else what waits. */
export function interrupt(turn: Turn): void {
  const { active } = turn.state;
  if (active === undefined) {
    // Cells wait for an executor that still starts.
    abortQueued(turn, notice('Interrupted', 'The cell was interrupted before it ran.'));
    return;
  }
  turn.set({ asking: undefined });
  turn.control({ type: 'interrupt', id: active.id });
}

/** Whether the kernel ended because its executor kept ending; a restart tries again. */
export function isGivenUp({ phase, failedStarts }: FrontState): boolean {
  return phase === 'dead' && failedStarts >= MOST_STARTS;
}

/** Somebody asked for a new executor. */
export function restart(turn: Turn): void {
  if (turn.state.phase === 'dead' && !isGivenUp(turn.state)) return;
  endAll(turn, notice('KernelRestarted', 'The kernel was restarted before this cell had ended.'));
  turn.set({ ...fresh(), count: 0, phase: 'restarting', failedStarts: 0 });
  turn.actions.push({ type: 'session' });
  turn.actions.push({ type: 'end' }, { type: 'start' });
}

export function shutdown(turn: Turn): void {
  if (turn.state.phase === 'dead' && !isGivenUp(turn.state)) return;
  endAll(turn, notice('KernelEnded', 'The kernel was shut down before this cell had ended.'));
  refuseQueued(turn);
  turn.set({ ...fresh(), phase: 'dead', failedStarts: 0 });
  turn.actions.push({ type: 'end' });
}

/** Ends every request that is under way or waiting: each client gets its reply and its `idle`. */
function endAll(turn: Turn, error: ErrorOutput, crash?: string): void {
  const { active } = turn.state;
  if (active !== undefined) {
    if (active.message.header.msg_type === 'execute_request') failExecute(turn, active, error);
    else {
      turn.set({ active: undefined });
      turn.reply(active.message, { status: 'error', ...error });
      turn.status('idle', active.message.header);
    }
  }
  abortQueued(turn, notice('NotRun', `This cell was not run. ${error.evalue}`), crash);
  closeComms(turn);
}

/** Answers what waits beside cells when no executor will come to do it. */
function refuseQueued(turn: Turn): void {
  const { queue } = turn.state;
  turn.set({ queue: [] });
  for (const message of queue) {
    turn.status('busy', message.header);
    refuse(turn, message, 'The kernel has ended.');
    turn.status('idle', message.header);
  }
}

function fresh(): Partial<FrontState> {
  return { names: new Set(), asking: undefined, active: undefined };
}

function goneNames({ names }: FrontState): string {
  if (names.size === 0) return 'A new one has started.';
  const list = [...names].slice(0, MOST_NAMES).join(', ');
  const more = names.size > MOST_NAMES ? ` and ${names.size - MOST_NAMES} more` : '';
  return `A new one has started; these variables are gone: ${list}${more}.`;
}
