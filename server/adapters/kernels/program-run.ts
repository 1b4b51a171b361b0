import { setTimeout as wait } from 'node:timers/promises';
import type { JupyterMessage } from '@daybook/shared/ports/kernel-front';
import type { KernelProgram } from '@daybook/shared/ports/kernel-program';
import { commandOf } from './command.ts';
import { type ConnectionFile, writeConnectionFile } from './connection-file.ts';
import { connectProgram, type LinkEvents, type ProgramLink } from './program-link.ts';
import { type ProgramProcess, startProgram } from './program-process.ts';

/** Milliseconds in which what a program said last comes through after its end. */
const LAST_WORDS = 100;
/** Heartbeats that may stay away before an idle kernel counts as ended. */
const MOST_MISSED = 3;
/** Milliseconds an interrupt by message may take to be answered. */
const INTERRUPT = 2_000;

export interface RunOptions {
  readonly id: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Folder of connection files. */
  readonly runtime: string;
  /** Milliseconds between heartbeats. */
  readonly heartbeat: number;
}

export interface RunEvents extends LinkEvents {
  /** The program ended though nobody asked it to. */
  onEnd(reason: string): void;
  /** Whether nothing runs: then a kernel has no reason to leave its heartbeat unanswered. */
  isIdle(): boolean;
}

interface Parts {
  readonly program: KernelProgram;
  readonly process: ProgramProcess;
  readonly file: ConnectionFile;
  readonly heartbeat: number;
}

/** One process of a kernel program, from its start to its end, and the connection to it. */
export class ProgramRun {
  readonly #program: KernelProgram;
  readonly #process: ProgramProcess;
  readonly #link: ProgramLink;
  readonly #file: ConnectionFile;
  readonly #events: RunEvents;
  readonly #heartbeat: number;
  #isReady = false;
  #heart: NodeJS.Timeout | undefined;
  #ending: Promise<void> | undefined;

  private constructor({ program, process, file, heartbeat }: Parts, events: RunEvents) {
    this.#program = program;
    this.#process = process;
    this.#file = file;
    this.#heartbeat = heartbeat;
    this.#events = events;
    this.#link = connectProgram(file, {
      ...events,
      onReady: () => {
        this.#isReady = true;
        this.#watchHeart();
        events.onReady();
      },
    });
    void process.ended.then((reason) => this.#ended(reason));
  }

  /** Errors: `kernel_broken`. */
  static async start(program: KernelProgram, options: RunOptions, events: RunEvents): Promise<ProgramRun> {
    const { id, cwd, env, runtime, heartbeat } = options;
    const file = await writeConnectionFile(runtime, id);
    try {
      const command = commandOf(program, { connectionFile: file.path, env });
      const process = await startProgram(command, { cwd, name: program.displayName });
      return new ProgramRun({ program, process, file, heartbeat }, events);
    } catch (error) {
      await file.remove();
      throw error;
    }
  }

  get pid(): number {
    return this.#process.pid;
  }

  send(message: JupyterMessage): void {
    this.#link.send(message);
  }

  async interrupt(): Promise<void> {
    if (this.#program.interruptMode === 'signal') return this.#process.signal('SIGINT');
    const late = new AbortController();
    await Promise.race([
      this.#link.ask('interrupt_request', {}),
      wait(INTERRUPT, undefined, { signal: late.signal }).catch(() => {}),
    ]);
    late.abort();
  }

  /** Asks the program to end, then makes it. Resolves when it is gone; idempotent. */
  end({ restart }: { restart: boolean }): Promise<void> {
    this.#ending ??= (async () => {
      // A cell that runs would keep it from hearing the request.
      if (this.#isReady && this.#program.interruptMode === 'signal') this.#process.signal('SIGINT');
      void this.#link.ask('shutdown_request', { restart });
      await this.#process.end();
      await this.#release();
    })();
    return this.#ending;
  }

  async #ended(reason: string): Promise<void> {
    if (this.#ending !== undefined) return;
    await wait(LAST_WORDS);
    this.#ending ??= this.#release().then(() => this.#events.onEnd(reason));
  }

  async #release(): Promise<void> {
    clearTimeout(this.#heart);
    this.#link.close();
    await this.#file.remove();
  }

  /** A program that runs and does not answer is found by its heartbeat. */
  #watchHeart(missed = 0): void {
    this.#heart = setTimeout(async () => {
      const alive = !this.#events.isIdle() || (await this.#link.beats(this.#heartbeat / 2));
      if (this.#ending !== undefined) return;
      if (alive) return this.#watchHeart();
      if (missed + 1 < MOST_MISSED) return this.#watchHeart(missed + 1);
      this.#ending = this.#process
        .end()
        .then(() => this.#release())
        .then(() => this.#events.onEnd('The kernel did not answer any more.'));
    }, this.#heartbeat);
    this.#heart.unref();
  }
}
