import { randomUUID } from 'node:crypto';
import { CancelledError, DaybookError } from '@daybook/shared/errors/error';
import type { CommMessage } from '../protocol/wire.ts';
import { CellRun, currentRun, within } from './cell-run.ts';
import type { Checkpoints } from './checkpoints.ts';
import { interruptChildren } from './children.ts';
import { Comm, type CommExtras, type CommHandler, type CommNews } from './comm.ts';
import type { Control } from './control.ts';
import type { SendEvent } from './events.ts';
import type { Output } from './output.ts';

/** Called when a page opens a comm of a registered target; what it throws closes the comm. */
export type TargetHandler = (comm: Comm, news: CommNews) => unknown;

export interface CommsOptions {
  readonly send: SendEvent;
  readonly output: Output;
  readonly control: Control;
  readonly checkpoints: Checkpoints;
  /** Shows what a handler threw. */
  readonly onError: (thrown: unknown, run: CellRun) => void;
}

/** The real one: user code may replace the global. */
const { setImmediate } = globalThis;

/** The comms of this executor. Messages come one at a time; each ends when its handlers have. */
export class Comms {
  readonly #options: CommsOptions;
  readonly #comms = new Map<string, Comm>();
  readonly #targets = new Map<string, { readonly handler: TargetHandler; readonly run: CellRun }>();
  readonly #flushers = new Set<() => void>();
  #serving: { readonly id: number; readonly run: CellRun } | undefined;
  /** A message that was interrupted before it came. */
  /** A message whose end cannot be told before a termination has passed. */
  #held: number | undefined;

  constructor(options: CommsOptions) {
    this.#options = options;
  }

  /** Opens a comm on every page of the notebook. */
  open(target: string, data: Record<string, unknown> = {}, options: CommExtras & { id?: string } = {}): Comm {
    const { id = randomUUID(), ...extras } = options;
    const creator = running();
    const comm = new Comm(String(id), String(target), { creator, send: this.#options.send });
    comm.announce(data, extras);
    this.#comms.set(comm.id, comm);
    return comm;
  }

  /** Takes the comms that pages open under this name; gives a function that ends it. */
  registerTarget(target: string, handler: TargetHandler): () => void {
    if (typeof handler !== 'function') throw new TypeError('The handler of a comm target must be a function.');
    const entry = { handler, run: running() };
    this.#targets.set(String(target), entry);
    return () => {
      if (this.#targets.get(target) === entry) this.#targets.delete(target);
    };
  }

  /** `flush` is called before a request ends: what waits to be sent belongs to it. */
  onFlush(flush: () => void): void {
    this.#flushers.add(flush);
  }

  flush(): void {
    for (const flush of this.#flushers) flush();
  }

  /** A message from a page. The host waits for the end of it. */
  handle(request: CommMessage, buffers: readonly Uint8Array[]): void {
    const { id, action } = request;
    const known = this.#comms.get(request.comm);
    const target = this.#targets.get(request.target);
    if (action === 'open' && target === undefined) {
      this.#options.send({ ...request, action: 'close', target: '', data: {}, metadata: {} });
      this.#options.send({ type: 'reply', id, content: {} });
      return;
    }
    const creator = action === 'open' ? target?.run : known?.creator;
    if (creator === undefined) {
      // Closed here while the message was on its way.
      this.#options.send({ type: 'reply', id, content: {} });
      return;
    }
    const run = handlerRun(creator, id);
    this.#serving = { id, run };
    const news = { data: request.data, metadata: request.metadata, buffers };
    // On a turn of its own: a handler that is terminated must not take the reading of requests with it.
    setImmediate(() => {
      if (this.#serving?.run !== run) return;
      this.#options.control.begin(id);
      within(run, () => void this.#serve(run, request, { news, known, target }));
    });
  }

  /** Whether `id` is a comm message under way, which is ended then. */
  interrupt(id: number): boolean {
    if (this.#held === id) {
      this.#reply(id);
      return true;
    }
    if (this.#serving?.id !== id) return false;
    const { run } = this.#serving;
    this.#options.checkpoints.end(run);
    run.cancel();
    interruptChildren(run);
    this.#end(run, new CancelledError('The handler was interrupted.'));
    return true;
  }

  /** Never rejects, and calls no method of the promise: a cell may have replaced those. */
  async #serve(
    run: CellRun,
    request: CommMessage,
    {
      news,
      ...ends
    }: { news: CommNews; known: Comm | undefined; target: { readonly handler: TargetHandler } | undefined },
  ): Promise<void> {
    try {
      await this.#work(request, news, ends);
      this.#end(run);
    } catch (error) {
      this.#end(run, error);
    }
  }

  async #work(
    request: CommMessage,
    news: CommNews,
    { known, target }: { known: Comm | undefined; target: { readonly handler: TargetHandler } | undefined },
  ): Promise<void> {
    const { action, comm: id } = request;
    if (action === 'open' && target !== undefined) {
      // A page that starts over may take its old id again.
      await this.#tell(known?.receivers('close') ?? [], { data: {}, metadata: {}, buffers: [] });
      await this.#open(request, news, target.handler);
      return;
    }
    if (known === undefined) return;
    if (action === 'close') this.#comms.delete(id);
    await this.#tell(known.receivers(action === 'close' ? 'close' : 'message'), news);
  }

  async #open({ comm: id, target }: CommMessage, news: CommNews, handler: TargetHandler): Promise<void> {
    const comm = new Comm(id, target, { creator: running(), send: this.#options.send });
    this.#comms.set(id, comm);
    try {
      await handler(comm, news);
    } catch (error) {
      if (comm.isOpen) comm.close();
      this.#comms.delete(id);
      throw error;
    }
  }

  /** Every handler is called; the first failure is thrown after all are done. */
  async #tell(handlers: readonly CommHandler[], news: CommNews): Promise<void> {
    const done = await Promise.allSettled(handlers.map(async (handler) => handler(news)));
    const failed = done.find((each) => each.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  #end(run: CellRun, error?: unknown): void {
    if (this.#serving?.run !== run) return;
    const { id } = this.#serving;
    for (const [each, comm] of this.#comms) if (!comm.isOpen) this.#comms.delete(each);
    if (error !== undefined) this.#options.onError(error, run);
    this.flush();
    this.#options.output.flush();
    const { control } = this.#options;
    // Up to here an end may be terminated on its way; the interrupt that did it makes it again.
    control.guard(() => {
      this.#serving = undefined;
      if (control.release(id)) this.#reply(id);
      else this.#held = id;
    });
  }

  #reply(id: number): void {
    this.#held = undefined;
    this.#options.send({ type: 'reply', id, content: {} });
  }
}

function running(): CellRun {
  const run = currentRun();
  if (run === undefined) throw new DaybookError('no_cell', 'No cell is running.');
  return run;
}

/** A run for one call of handlers: its output is the creator's, its end its own. Nobody answers questions. */
function handlerRun(creator: CellRun, request: number): CellRun {
  const run = new CellRun(creator.id, {
    count: creator.count,
    stdin: false,
    request,
    budget: creator.budget,
    sink: creator.sink,
  });
  run.over = true;
  return run;
}

/** `comm`, as cells find it. */
export function commApi(comms: Comms): Readonly<Record<string, unknown>> {
  return Object.freeze({
    open: comms.open.bind(comms),
    registerTarget: comms.registerTarget.bind(comms),
  });
}
