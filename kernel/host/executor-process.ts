import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import type { Duplex, Readable, Writable } from 'node:stream';
import type { KernelOptions } from '@daybook/shared/ports/kernel-front';
import type { DataChannel } from '../data/channel.ts';
import type { ExecutorSettings } from '../evaluate/executor-settings.ts';
import { endedBy, type Launch, openLaunch } from '../isolation/launch.ts';
import { SANDBOX_FAILED } from '../isolation/sandbox-script.ts';
import { encodeFrame, type Frame, FrameReader } from '../protocol/frames.ts';
import {
  type ControlEvent,
  type ControlRequest,
  type ExecutorEvent,
  type ExecutorRequest,
  isControlEvent,
  isExecutorEvent,
  PIPES,
} from '../protocol/wire.ts';
import { crashReason } from './crash-reason.ts';
import { readLong } from './read-long.ts';

export interface ExecutorListener {
  onEvent(event: ExecutorEvent, buffers: readonly Uint8Array[]): void;
  /** What children of the executor, or native code in it, wrote to the real stdout or stderr. */
  onRaw(name: 'stdout' | 'stderr', text: string): void;
  /** An interrupt has had no effect for five seconds. */
  onStuck(): void;
  /** The process is gone though nobody asked for it. Called once, after the last event. */
  onCrash(reason: string): void;
}

/** Memory that JavaScript objects may take before V8 gives up: half of the machine's, at most this many MB. */
const MOST_HEAP_MB = 4_096;
/** Characters of stderr kept to tell why the process ended. */
const TAIL = 4_000;

/** What a process that nobody can end may hold the pipes after the executor's end. */
const PIPES_MS = 2_000;

/** One executor process and its pipes. Ends with its host, whatever happens. */
export class ExecutorProcess {
  readonly pid: number | undefined;
  readonly #child: ChildProcess;
  readonly #launch: Launch;
  readonly #listener: ExecutorListener;
  readonly #gone: Promise<void>;
  #data: Promise<DataChannel> | undefined;
  readonly #heapMb: number;
  #prepared = false;
  #ending = false;
  #tail = '';
  #memory: { bytes: number; limit: number } | undefined;
  #noise: string | undefined;

  constructor(options: KernelOptions, listener: ExecutorListener) {
    this.#listener = listener;
    this.#heapMb = heapMb(options.env.DAYBOOK_KERNEL_HEAP_MB);
    const settings: ExecutorSettings = {
      kernelId: options.id,
      workspace: options.workspace ?? options.cwd,
      kinds: options.kinds ?? { kinds: [], failures: [] },
      memoryMb: positive(options.env.DAYBOOK_KERNEL_MEMORY_MB) ?? options.isolation?.policy.limits.memoryMb,
    };
    const flags = [
      '--no-force-async-hooks-checks',
      '--experimental-import-meta-resolve',
      `--max-old-space-size=${this.#heapMb}`,
      // See `relaxAsyncChecks`.
      ...(Number(process.versions.node.split('.')[0]) >= 24 ? ['--expose-internals'] : []),
    ];
    this.#launch = openLaunch(options);
    const program = [process.execPath, ...flags, join(import.meta.dirname, 'executor.js'), JSON.stringify(settings)];
    const [command = '', ...words] = [...this.#launch.words, ...program];
    this.#child = spawn(command, words, {
      cwd: options.cwd,
      env: { UV_THREADPOOL_SIZE: '16', ...this.#launch.env },
      stdio: ['ignore', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe', 'pipe'],
      // Its own process group: interrupts and the end reach grandchildren too.
      detached: true,
    });
    this.pid = this.#child.pid;
    this.#gone = this.#watch(options.cwd);
  }

  /** Starts the data worker, unless it was started. */
  prepare(): void {
    if (this.#prepared) return;
    this.#prepared = true;
    this.request({ type: 'prepare' });
  }

  /** The data worker's results. Loaded with its first use: hosts that never page pay nothing. */
  data(): Promise<DataChannel> {
    // It may not run yet, and nobody else would answer.
    this.prepare();
    this.#data ??= import('../data/channel.ts').then(({ openDataChannel }) =>
      openDataChannel(this.#pipe<Duplex>(PIPES.data)),
    );
    return this.#data;
  }

  request(request: ExecutorRequest, buffers: readonly Uint8Array[] = []): void {
    this.#write(PIPES.requests, encodeFrame(request, buffers));
  }

  control(request: ControlRequest): void {
    this.#write(PIPES.control, encodeFrame(request));
  }

  #write(fd: number, frame: readonly Uint8Array[]): void {
    const pipe = this.#pipe<Writable>(fd);
    pipe.cork();
    for (const part of frame) pipe.write(part);
    pipe.uncork();
  }

  /** Kills the whole group; resolves when the process is gone. Idempotent. */
  async end(): Promise<void> {
    this.#ending = true;
    this.#kill();
    await this.#gone;
    (await this.#data)?.close();
  }

  #pipe<T>(fd: number): T {
    return this.#child.stdio[fd] as T;
  }

  #watch(cwd: string): Promise<void> {
    this.#read(PIPES.events, isExecutorEvent, (event, buffers) => this.#event(event, buffers));
    this.#read(PIPES.control, isControlEvent, (event) => this.#controlEvent(event));
    for (const name of ['stdout', 'stderr'] as const) {
      this.#child[name]?.setEncoding('utf8').on('data', (text: string) => this.#raw(name, text));
    }
    // A pipe that breaks is told by `close`, with the reason.
    for (const pipe of this.#child.stdio) pipe?.on('error', () => undefined);
    return new Promise((resolve) => {
      this.#child.on('error', (error) => {
        this.#tail = existsSync(cwd) ? `${error.message}.` : `its folder ${cwd} does not exist.`;
        resolve();
        if (this.#child.pid !== undefined) return;
        void this.#launch.close();
        this.#crashed(null, null);
      });
      this.#child.on('close', async (code, signal) => {
        clearTimeout(patience);
        await this.#launch.close();
        resolve();
        this.#crashed(code, signal);
      });
      let patience: NodeJS.Timeout | undefined;
      // `close` waits for the pipes, which surviving grandchildren may hold.
      this.#child.on('exit', () => {
        this.#kill();
        void this.#launch.close();
        patience = setTimeout(() => {
          for (const pipe of this.#child.stdio) pipe?.destroy();
        }, PIPES_MS);
      });
    });
  }

  /** Hands on what comes through a pipe, until something comes that the executor would not say. */
  #read<T>(
    fd: number,
    isMessage: (value: unknown) => value is T,
    onMessage: (message: T, buffers: readonly Uint8Array[]) => void,
  ): void {
    const reader = new FrameReader();
    const pipe = this.#pipe<Readable>(fd);
    const tell = (frames: readonly Frame[]) => {
      for (const { value, buffers } of frames) {
        if (!isMessage(value)) throw new TypeError('a message of another kind');
        onMessage(value, buffers);
      }
    };
    const receive = (chunk: Buffer) => {
      try {
        tell(reader.push(chunk));
        tell(readLong(pipe, reader));
      } catch (error) {
        pipe.off('data', receive).resume();
        this.#noise = error instanceof Error ? error.message : String(error);
        this.#kill();
      }
    };
    pipe.on('data', receive);
  }

  /** An end waits one turn of the loop, so that what children printed before it is read first. */
  #event(event: ExecutorEvent, buffers: readonly Uint8Array[]): void {
    if (event.type === 'done') setImmediate(() => this.#listener.onEvent(event, buffers));
    else this.#listener.onEvent(event, buffers);
  }

  #controlEvent(event: ControlEvent): void {
    if (event.type === 'stuck') {
      this.#listener.onStuck();
      return;
    }
    this.#memory = event;
    this.#kill();
  }

  #raw(name: 'stdout' | 'stderr', text: string): void {
    this.#tail = (this.#tail + text).slice(-TAIL);
    this.#listener.onRaw(name, text);
  }

  #crashed(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#ending) return;
    this.#ending = true;
    void this.#data?.then((channel) => channel.close());
    const { sandboxed } = this.#launch;
    const facts = {
      code,
      signal: signal ?? endedBy(code, sandboxed) ?? null,
      unmade: sandboxed && code === SANDBOX_FAILED,
      tail: this.#tail,
      memory: this.#memory,
      noise: this.#noise,
      heapMb: this.#heapMb,
    };
    this.#listener.onCrash(crashReason(facts));
  }

  #kill(): void {
    if (this.pid === undefined) return;
    try {
      process.kill(-this.pid, 'SIGKILL');
    } catch (error) {
      // ESRCH: the group is gone already.
      if (!(error instanceof Error && 'code' in error && error.code === 'ESRCH')) throw error;
    }
  }
}

/** The heap limit in MB; `wanted` is the kernel's own setting for it. */
function heapMb(wanted: string | undefined): number {
  return positive(wanted) ?? Math.round(Math.min(MOST_HEAP_MB, totalmem() / 2 / 1_048_576));
}

function positive(text: string | undefined): number | undefined {
  const given = Number(text);
  return given > 0 ? given : undefined;
}
