import { randomUUID } from 'node:crypto';
import { DaybookError } from '@daybook/shared/errors/error';
import type { Disposer } from '@daybook/shared/ports/disposer';
import type {
  JupyterMessage,
  KernelFront,
  KernelOptions,
  KernelResults,
  KernelStatus,
  KernelUsage,
} from '@daybook/shared/ports/kernel-front';
import type { KernelProgram } from '@daybook/shared/ports/kernel-program';
import { Listeners } from '@daybook/shared/ports/listeners';
import { type Draft, type Notice, OpenRequests } from './open-requests.ts';
import { OutputLimit } from './output-limit.ts';
import { ProgramRun } from './program-run.ts';
import { treeMemory } from './tree-memory.ts';

/** Ends in a row, with nothing running, after which a kernel is given up. */
const MOST_ENDS = 3;
/** Milliseconds a program must have run for its end not to count as one in a row. */
const STABLE = 60_000;

export interface ZeroMqKernelOptions extends KernelOptions {
  /** Folder of connection files; only its user gets at them. Absolute. */
  readonly runtime: string;
  /** Milliseconds between heartbeats; an idle program that leaves three unanswered is started again. */
  readonly heartbeat?: number;
}

/** Starts a program and speaks with it over ZeroMQ. Errors: `kernel_broken`. */
export async function startZeroMqKernel(program: KernelProgram, options: ZeroMqKernelOptions): Promise<KernelFront> {
  const kernel = new ZeroMqKernel(program, options);
  await kernel.start();
  return kernel;
}

/**
 * A kernel program as a front. The program does the protocol; this does what only a host can: it
 * keeps requests until the program hears them, answers for it when it ends, and starts it again.
 */
class ZeroMqKernel implements KernelFront {
  readonly id: string;
  readonly results: KernelResults;
  readonly #program: KernelProgram;
  readonly #options: ZeroMqKernelOptions;
  readonly #session = randomUUID();
  readonly #listeners = new Listeners<JupyterMessage>((error) => this.#listenerFailed(error));
  readonly #statusListeners = new Listeners<KernelStatus>((error) => this.#listenerFailed(error));
  readonly #requests = new OpenRequests();
  readonly #limit = new OutputLimit();
  #status: KernelStatus = 'starting';
  #lastActivity = Date.now();
  #run: ProgramRun | undefined;
  /** Raised with every start and end: what an older run says is not heard any more. */
  #generation = 0;
  #started = 0;
  #endsInARow = 0;
  /** Somebody shut it down: it does not start again, as one that was given up may. */
  #isOver = false;
  /** Messages for a program that still starts. */
  #queue: JupyterMessage[] = [];
  /** Called when the program is ready, or will never be. */
  #waiting: (() => void)[] = [];
  #changing: Promise<void> = Promise.resolve();

  constructor(program: KernelProgram, options: ZeroMqKernelOptions) {
    this.id = options.id;
    this.#program = program;
    this.#options = options;
    this.results = noResults(program.displayName);
  }

  get status(): KernelStatus {
    return this.#status;
  }

  get lastActivity(): number {
    return this.#lastActivity;
  }

  start(): Promise<void> {
    return this.#inTurn(() => this.#launch());
  }

  send(message: JupyterMessage): void {
    this.#lastActivity = Date.now();
    if (message.header.msg_type === 'shutdown_request') {
      this.#askedToEnd(message);
      return;
    }
    this.#requests.asked(message);
    if (this.#status === 'dead') this.#fail({ ename: 'KernelEnded', evalue: 'The kernel has ended.' });
    else if (this.#isReady) this.#pass(message);
    else this.#queue.push(message);
  }

  onMessage(listener: (message: JupyterMessage) => void): Disposer {
    return this.#listeners.add(listener);
  }

  onStatus(listener: (status: KernelStatus) => void): Disposer {
    return this.#statusListeners.add(listener);
  }

  async interrupt(): Promise<void> {
    if (this.#isReady) return this.#run?.interrupt();
    // Cells wait for a program that still starts: it would take a signal now for its end.
    const executes = ({ header }: JupyterMessage) => header.msg_type === 'execute_request';
    this.#queue = this.#queue.filter((message) => !executes(message));
    this.#fail({ ename: 'Interrupted', evalue: 'It was interrupted before.' }, executes);
  }

  restart(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#isOver) return;
      const run = this.#forget();
      this.#endsInARow = 0;
      this.#fail({ ename: 'KernelRestarted', evalue: 'The kernel was restarted before this cell had ended.' });
      this.#become('restarting');
      await run?.end({ restart: true });
      const ready = new Promise<void>((resolve) => this.#waiting.push(resolve));
      await this.#launch();
      await ready;
    });
  }

  async shutdown(): Promise<void> {
    this.#isOver = true;
    const run = this.#forget();
    this.#fail({ ename: 'KernelEnded', evalue: 'The kernel was shut down before this cell had ended.' });
    this.#become('dead');
    this.#release();
    await run?.end({ restart: false });
    // A start that was under way finds that it came too late, and ends its program.
    await this.#changing;
  }

  async usage(): Promise<KernelUsage> {
    const pid = this.#run?.pid;
    return { pid, memoryBytes: pid === undefined ? 0 : await treeMemory(pid) };
  }

  get #isReady(): boolean {
    return this.#status === 'idle' || this.#status === 'busy';
  }

  /** Starts and restarts follow each other; one that fails costs the next nothing. */
  #inTurn(change: () => Promise<void>): Promise<void> {
    const turn = this.#changing.then(change);
    this.#changing = turn.catch(() => {});
    return turn;
  }

  async #launch(): Promise<void> {
    if (this.#isOver) return;
    this.#generation += 1;
    const generation = this.#generation;
    const live =
      <A extends unknown[]>(act: (...words: A) => void) =>
      (...words: A) => {
        if (generation === this.#generation) act(...words);
      };
    const { id, cwd, env, runtime, heartbeat = 10_000 } = this.#options;
    this.#started = Date.now();
    let run: ProgramRun;
    try {
      run = await ProgramRun.start(
        this.#program,
        { id, cwd, env, runtime, heartbeat },
        {
          onMessage: live((message) => this.#hear(message)),
          onReady: live(() => this.#ready()),
          onEnd: live((reason) => this.#ended(reason)),
          onTrouble: live((text) => this.#log('warn', text)),
          isIdle: () => this.#status === 'idle',
        },
      );
    } catch (error) {
      if (generation === this.#generation) this.#giveUp(error instanceof Error ? error.message : String(error));
      throw error;
    }
    if (generation === this.#generation) this.#run = run;
    else await run.end({ restart: false });
  }

  #forget(): ProgramRun | undefined {
    const run = this.#run;
    this.#run = undefined;
    this.#generation += 1;
    this.#queue = [];
    return run;
  }

  #ready(): void {
    this.#become('idle');
    for (const message of this.#queue.splice(0)) this.#pass(message);
    this.#release();
  }

  #pass(message: JupyterMessage): void {
    this.#requests.sent(message);
    this.#run?.send(message);
  }

  #hear(message: JupyterMessage): void {
    this.#lastActivity = Date.now();
    this.#requests.heard(message);
    const passed = message.channel === 'iopub' ? this.#limit.pass(message) : message;
    if (passed !== undefined) this.#listeners.tell(passed);
    const { execution_state: state } = message.content;
    if (message.header.msg_type !== 'status' || !this.#isReady) return;
    // A control request that is over says nothing of the cell that runs.
    if (state === 'busy' || state === 'idle') this.#setStatus(this.#requests.working ? 'busy' : state);
  }

  /** The program ended by itself. */
  #ended(reason: string): void {
    this.#log('error', reason);
    const blameless = this.#requests.working || Date.now() - this.#started > STABLE;
    this.#endsInARow = blameless ? 0 : this.#endsInARow + 1;
    if (this.#endsInARow >= MOST_ENDS) {
      this.#giveUp(`${reason} It could not be started again.`);
      return;
    }
    this.#forget();
    this.#fail({ ename: 'KernelEnded', evalue: `${reason} A new one has started; its variables are gone.` });
    this.#become('autorestarting');
    this.start().catch(() => {});
  }

  #giveUp(reason: string): void {
    this.#forget();
    this.#fail({ ename: 'KernelEnded', evalue: reason });
    this.#become('dead');
    this.#release();
  }

  #askedToEnd(message: JupyterMessage): void {
    const restart = message.content.restart === true;
    const channel = message.channel === 'control' ? 'control' : 'shell';
    this.#emit({ channel, type: 'shutdown_reply', content: { status: 'ok', restart }, parent: message.header });
    (restart ? this.restart() : this.shutdown()).catch(() => {});
  }

  #fail(notice: Notice, which?: (message: JupyterMessage) => boolean): void {
    for (const draft of this.#requests.fail(notice, which)) this.#emit(draft);
  }

  #emit({ channel, type, content, parent }: Draft): void {
    const header = {
      msg_id: randomUUID(),
      session: this.#session,
      username: 'kernel',
      date: new Date().toISOString(),
      msg_type: type,
      version: '5.4',
    };
    this.#listeners.tell({ channel, header, parent_header: parent ?? {}, metadata: {}, content, buffers: [] });
  }

  /** A state that the program cannot tell of itself. */
  #become(status: KernelStatus): void {
    if (status === this.#status) return;
    this.#setStatus(status);
    if (status !== 'idle')
      this.#emit({ channel: 'iopub', type: 'status', content: { execution_state: status }, parent: undefined });
  }

  #setStatus(status: KernelStatus): void {
    if (status === this.#status) return;
    this.#status = status;
    this.#statusListeners.tell(status);
  }

  #release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #listenerFailed(error: unknown): void {
    this.#log('error', `A listener of the kernel failed: ${String(error)}`);
  }

  #log(level: 'info' | 'warn' | 'error', text: string): void {
    this.#options.log?.(level, text, { kernel: this.id });
  }
}

/** Results belong to Daybook's own kernel: no id leads to one here. */
function noResults(name: string): KernelResults {
  const gone = async (): Promise<never> => {
    throw new DaybookError('result_gone', `The kernel “${name}” keeps no tables for Daybook to page through.`, {
      status: 410,
      action: 'Run the query in a notebook of the Daybook kernel.',
    });
  };
  return { window: gone, summary: gone, export: gone };
}
