import { randomUUID } from 'node:crypto';
import { displayOf, OUTPUT_TYPES } from '@daybook/shared/notebook/outputs/fold';
import type { JupyterHeader, JupyterMessage, KernelFront } from '@daybook/shared/ports/kernel-front';
import { EMPTY_QUEUE, type RunAction, type RunEnd, type RunOperation, reduce } from '@daybook/shared/session/run-queue';
import type { Logger } from 'pino';
import { RUNS_SESSION } from '../jupyter/kernels/runs-session.ts';
import type { LiveRun, RunEnding } from './live-run.ts';
import { nextInput } from './next-input.ts';
import { OutputWidgets } from './output-widgets.ts';

/** Runs that ended and whose late outputs are still put under their cell, and characters in them. */
const MOST_ENDED = 500;
const MOST_ENDED_SIZE = 32_000_000;

export interface KernelRunsOptions {
  /** Told of each run when it begins and when it has ended. */
  readonly onChange: (run: LiveRun) => void;
  /** Says something to every page that is connected to the kernel, as if the kernel had said it. */
  readonly tellPages: (message: JupyterMessage) => void;
  readonly log: Logger;
}

interface Progress {
  count?: number;
  end?: RunEnd;
  error?: { readonly ename: string; readonly evalue: string; readonly traceback: readonly string[] };
  isIdle?: true;
  /** What it showed is being stored, and then it has ended. */
  isFinishing?: true;
}

/** Drives one kernel through its queue of runs and puts what it says into the documents. */
export class KernelRuns {
  readonly #front: KernelFront;
  readonly #options: KernelRunsOptions;
  readonly #live = new Map<string, LiveRun>();
  /** By the id of the request: live runs, and some that ended. */
  readonly #byMessage = new Map<string, LiveRun>();
  readonly #progress = new Map<string, Progress>();
  readonly #widgets: OutputWidgets;
  readonly #stop: () => void;
  readonly #operations: RunOperation[] = [];
  #operating = false;
  #queue = EMPTY_QUEUE;

  constructor(front: KernelFront, options: KernelRunsOptions) {
    this.#front = front;
    this.#options = options;
    const commMessage = () => ({ header: header('comm_msg', ''), parent_header: {}, metadata: {}, buffers: [] });
    this.#widgets = new OutputWidgets({
      tellPages: (content) => options.tellPages({ ...commMessage(), channel: 'iopub', content }),
      tellKernel: (content) => front.send({ ...commMessage(), channel: 'shell', content }),
    });
    this.#stop = front.onMessage((message) => {
      try {
        this.#hear(message);
      } catch (error) {
        options.log.error({ err: error, kernel: front.id }, 'a message of the kernel could not be written');
      }
    });
  }

  get idle(): boolean {
    return this.#live.size === 0;
  }

  /** Queues runs that their documents show as queued. */
  request(runs: readonly LiveRun[]): void {
    for (const run of runs) this.#live.set(run.id, run);
    this.#operate({ type: 'request', runs: runs.map(({ id, batch }) => ({ id, batch })) });
  }

  /** Takes back those that wait; answers their ids. */
  cancel(ids: readonly string[] | undefined): string[] {
    const waiting = this.#queue.waiting.map(({ id }) => id);
    const runs = ids === undefined ? waiting : waiting.filter((id) => ids.includes(id));
    this.#operate({ type: 'cancel', runs });
    return runs;
  }

  interrupted(): void {
    this.#operate({ type: 'interrupt' });
  }

  /** The kernel is gone, or the server goes. */
  gone(why: string): void {
    this.#stop();
    this.#widgets.dispose();
    const { active } = this.#queue;
    const run = active === undefined ? undefined : this.#live.get(active.id);
    const traceback = [`\u001b[31m\u001b[1mInterrupted\u001b[0m: ${why}`];
    run?.take({ type: 'error', content: { ename: 'Interrupted', evalue: why, traceback } });
    this.#operate({ type: 'gone', why });
  }

  /** Answers a run's question; false when it asks nothing. */
  answer(id: string, value: string): boolean {
    const run = this.#live.get(id);
    const asking = run?.asking;
    if (run === undefined || asking === undefined) return false;
    const shown = asking.password ? '·'.repeat(8) : value;
    const text = `${asking.prompt}${asking.prompt === '' || asking.prompt.endsWith(' ') ? '' : ' '}${shown}\n`;
    run.take({ type: 'stream', content: { name: 'stdout', text } });
    run.ask(undefined);
    this.#front.send({
      channel: 'stdin',
      header: header('input_reply', run.by),
      parent_header: asking.header,
      metadata: {},
      content: { value },
      buffers: [],
    });
    return true;
  }

  /** What comes of an operation may ask for another: that is done after it, not within. */
  #operate(operation: RunOperation): void {
    this.#operations.push(operation);
    if (this.#operating) return;
    this.#operating = true;
    try {
      for (let next = this.#operations.shift(); next !== undefined; next = this.#operations.shift()) {
        const [queue, actions] = reduce(this.#queue, next);
        this.#queue = queue;
        for (const action of actions) this.#carryOut(action);
      }
    } finally {
      this.#operating = false;
    }
  }

  #carryOut(action: RunAction): void {
    const run = this.#live.get(action.run.id);
    if (run === undefined) return;
    if (action.type === 'start') {
      this.#start(run);
      return;
    }
    const { state, why, paused } = action;
    const { count, error } = this.#progress.get(run.id) ?? {};
    this.#settle(run, {
      state,
      why,
      paused,
      count,
      error: error === undefined ? undefined : { ...error, traceback: [...error.traceback] },
    });
  }

  #start(run: LiveRun): void {
    if (!run.begin()) {
      this.#operate({ type: 'skip', run: run.id, why: 'Its cell was deleted.' });
      return;
    }
    this.#options.onChange(run);
    // A kernel answers an empty cell with nothing at all.
    if (run.source.trim() === '') {
      this.#operate({ type: 'finished', run: run.id, end: { status: 'ok' } });
      return;
    }
    this.#byMessage.set(run.message, run);
    this.#progress.set(run.id, {});
    this.#front.send({
      channel: 'shell',
      header: header('execute_request', run.by, run.message),
      parent_header: {},
      metadata: { cellId: run.cell },
      content: {
        code: run.source,
        silent: false,
        store_history: true,
        user_expressions: {},
        allow_stdin: true,
        stop_on_error: true,
      },
      buffers: [],
    });
  }

  #settle(run: LiveRun, ending: RunEnding): void {
    this.#live.delete(run.id);
    this.#progress.delete(run.id);
    try {
      run.end(ending);
    } catch (error) {
      this.#options.log.error({ err: error, run: run.id }, 'the end of a run could not be written');
    }
    this.#widgets.settle();
    this.#options.onChange(run);
    this.#forgetOld();
  }

  #hear(message: JupyterMessage): void {
    const { channel, header: head, content } = message;
    const type = head.msg_type;
    if (type === 'update_display_data') {
      const display = displayOf(content) ?? '';
      for (const run of this.#byMessage.values()) if (run.shows(display)) run.take({ type, content });
      this.#widgets.update(display, { type, content });
      return;
    }
    if (channel === 'iopub') this.#widgets.follow(message);
    const run = this.#byMessage.get(String(message.parent_header.msg_id ?? ''));
    if (run === undefined) return;
    if (channel === 'iopub' && OUTPUT_TYPES.has(type)) {
      if (!this.#widgets.take(run.message, { type, content })) run.take({ type, content });
      return;
    }
    const progress = this.#progress.get(run.id);
    if (progress === undefined) return;
    if (type === 'execute_input') {
      progress.count = Number(content.execution_count);
      run.started();
    } else if (type === 'input_request') {
      run.ask({ header: head, prompt: String(content.prompt ?? ''), password: content.password === true });
    } else if (type === 'execute_reply') {
      this.#reply(run, progress, content);
    } else if (type === 'status' && content.execution_state === 'idle') {
      progress.isIdle = true;
    }
    // Outputs come before `idle`, and the reply may come before or after it.
    if (progress.isIdle === true && progress.end !== undefined) this.#finish(run, progress, progress.end);
  }

  #finish(run: LiveRun, progress: Progress, end: RunEnd): void {
    if (progress.isFinishing === true) return;
    progress.isFinishing = true;
    const finished = () => this.#operate({ type: 'finished', run: run.id, end });
    const stored = run.finish();
    if (stored === undefined) finished();
    else void stored.then(finished);
  }

  /** Resolves when all that runs said is written, as far as that can be done. */
  async written(): Promise<void> {
    await Promise.all([...this.#byMessage.values()].map((run) => run.written()));
  }

  #reply(run: LiveRun, progress: Progress, content: JupyterMessage['content']): void {
    const { status, execution_count: count } = content;
    if (typeof count === 'number' && status !== 'aborted') progress.count = count;
    if (status === 'error') {
      const [ename, evalue] = [String(content.ename ?? 'Error'), String(content.evalue ?? '')];
      const traceback = Array.isArray(content.traceback) ? content.traceback.map(String) : [];
      progress.error = { ename, evalue, traceback };
      progress.end = { status, ename, evalue };
      return;
    }
    progress.end = { status: status === 'aborted' ? 'aborted' : 'ok' };
    for (const payload of Array.isArray(content.payload) ? content.payload : []) {
      if (payload?.source === 'page') run.take({ type: 'display_data', content: { data: payload.data, metadata: {} } });
      if (payload?.source === 'set_next_input') run.change((doc) => nextInput(doc, run.cell, payload));
    }
  }

  #forgetOld(): void {
    let [count, size] = [0, 0];
    const ended = [...this.#byMessage].filter(([, { id }]) => !this.#live.has(id)).reverse();
    for (const [message, run] of ended) {
      count += 1;
      size += run.size;
      if (count > MOST_ENDED || size > MOST_ENDED_SIZE) this.#byMessage.delete(message);
    }
  }
}

function header(type: string, username: string, id: string = randomUUID()): JupyterHeader {
  return {
    msg_id: id,
    session: RUNS_SESSION,
    username,
    date: new Date().toISOString(),
    msg_type: type,
    version: '5.4',
  };
}
