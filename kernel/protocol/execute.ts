import type { PausedCell } from '@daybook/shared/api/paused-cell';
import type { JupyterMessage } from '@daybook/shared/ports/kernel-front';
import type { Active, FrontState } from './front-state.ts';
import type { Turn } from './turn.ts';
import type { ErrorOutput, Outcome } from './wire.ts';

/** Requests whose late output is still put under the right cell. */
const MOST_PARENTS = 500;

/** Starts an `execute_request` in the executor; the reply follows in `endExecute`. */
export function beginExecute(turn: Turn, message: JupyterMessage): void {
  const { header, content } = message;
  const { state } = turn;
  const id = state.nextId;
  const count = state.count + 1;
  const source = String(content.code ?? '');
  const silent = content.silent === true;
  if (stores(message)) {
    turn.set({ count });
    turn.actions.push({ type: 'note', line: count, source });
  }
  if (!silent) turn.publish('execute_input', { code: source, execution_count: count }, { parent: header });
  turn.set({ nextId: id + 1, active: { id, message, count }, parents: remembered(state, id, message) });
  turn.request({
    type: 'execute',
    id,
    source,
    count: silent ? undefined : count,
    expressions: expressionsOf(content.user_expressions),
    stdin: content.allow_stdin === true,
  });
}

/** Publishes how the cell ended, replies, and turns idle. */
export function endExecute(turn: Turn, active: Active, outcome: Outcome): void {
  const { message, count } = active;
  const { header, content } = message;
  if (stores(message)) noteOutput(turn, active, outcome);
  turn.set({ active: undefined, asking: undefined, names: new Set([...turn.state.names, ...outcome.declares]) });
  if (outcome.status === 'ok') {
    if (outcome.result !== undefined && content.silent !== true) {
      turn.publish(
        'execute_result',
        { execution_count: count, data: outcome.result, metadata: {} },
        { parent: header },
      );
    }
    const payload = outcome.pages.map((data) => ({ source: 'page', data, start: 0 }));
    turn.reply(message, { status: 'ok', execution_count: count, user_expressions: outcome.expressions, payload });
    turn.status('idle', header);
    return;
  }
  failExecute(turn, active, outcome.error);
  if (content.stop_on_error !== false) abortQueued(turn);
}

/** Ends a cell with an error output. */
export function failExecute(turn: Turn, { message, count }: Active, error: ErrorOutput): void {
  turn.set({ active: undefined, asking: undefined });
  turn.publish('error', { ...error }, { parent: message.header });
  turn.reply(message, { status: 'error', ...error, execution_count: count, user_expressions: {}, payload: [] });
  turn.status('idle', message.header);
}

/**
 * Tells the senders of waiting cells that these will not run. With `notice`, each cell says so. With
 * `crash`, the sentence why the kernel ended, the replies say that the cells may be run yet.
 */
export function abortQueued(turn: Turn, notice?: ErrorOutput, crash?: string): void {
  const waiting = turn.state.queue.filter(({ header }) => header.msg_type === 'execute_request');
  turn.set({ queue: turn.state.queue.filter(({ header }) => header.msg_type !== 'execute_request') });
  for (const message of waiting) {
    turn.status('busy', message.header);
    if (notice !== undefined) turn.publish('error', { ...notice }, { parent: message.header });
    const paused = crash === undefined ? {} : { daybook: pausedCell(message, crash) };
    turn.reply(message, { status: 'aborted', ...notice, ...paused, execution_count: turn.state.count });
    turn.status('idle', message.header);
  }
}

function pausedCell({ metadata }: JupyterMessage, message: string): PausedCell {
  const cell = metadata?.cellId;
  return { reason: 'crash', waiting: true, message, ...(typeof cell === 'string' ? { cell } : {}) };
}

/** Whether a cell counts and is remembered. */
function stores({ content }: JupyterMessage): boolean {
  return content.silent !== true && content.store_history !== false;
}

function noteOutput(turn: Turn, { count }: Active, outcome: Outcome): void {
  const output = outcome.status === 'ok' ? outcome.result?.['text/plain'] : undefined;
  if (typeof output === 'string') turn.actions.push({ type: 'note', line: count, output });
}

function remembered(state: FrontState, id: number, { header }: JupyterMessage): FrontState['parents'] {
  const parents = new Map(state.parents).set(id, header);
  const [oldest] = parents.keys();
  if (parents.size > MOST_PARENTS && oldest !== undefined) parents.delete(oldest);
  return parents;
}

function expressionsOf(value: unknown): Record<string, string> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(Object.entries(value).map(([name, expression]) => [name, String(expression)]));
}
