import { parseCell } from '@daybook/cells/magic';
import type { Registry } from '@daybook/cells/registry';
import { isComplete } from '@daybook/cells/typescript/complete';
import { indentAfter } from '@daybook/cells/typescript/indent';
import { CancelledError } from '@daybook/shared/errors/error';
import { mimeBundle } from '../display/mime-bundle.ts';
import type { ExecutorRequest, Outcome } from '../protocol/wire.ts';
import { clearAsyncStack } from './async-checks.ts';
import { CellRun, within } from './cell-run.ts';
import { type Checkpoints, interrupted } from './checkpoints.ts';
import { interruptChildren } from './children.ts';
import type { Comms } from './comms.ts';
import { complete, inspectAt } from './completion.ts';
import type { World } from './context.ts';
import type { Control } from './control.ts';
import type { Engine } from './engine.ts';
import { errorOutput } from './error-output.ts';
import type { Evaluator } from './evaluator.ts';
import type { SendEvent } from './events.ts';
import type { Output } from './output.ts';
import type { Rest } from './rest.ts';

type Execute = Extract<ExecutorRequest, { type: 'execute' }>;

export interface RequestsOptions {
  readonly engine: Engine;
  readonly evaluator: Evaluator;
  readonly registry: Registry;
  readonly world: World;
  readonly output: Output;
  readonly comms: Comms;
  readonly send: SendEvent;
  /** Names of built-in functions that had to be put back since the last call. */
  readonly restored: () => string[];
  readonly control: Control;
  readonly checkpoints: Checkpoints;
  readonly rest: Rest;
}

/**
 * Serves the host's requests, which come one at a time. A cell ends exactly once: with its value,
 * its error, or an interrupt. What comes after that from the same cell is output at most.
 */
export class Requests {
  readonly #options: RequestsOptions;
  /** A request that was interrupted, and answered, before it came. */
  #cancelled = 0;
  /** The request about names or completeness that is being answered. */
  #answering = 0;
  /** The request that came last. */
  #latest = 0;
  #running: { readonly run: CellRun; readonly source: string } | undefined;
  /** How the cell ended whose end cannot be told before a termination has passed. */
  #held: { readonly id: number; readonly outcome: Outcome } | undefined;

  constructor(options: RequestsOptions) {
    this.#options = options;
  }

  handle(request: ExecutorRequest, buffers: readonly Uint8Array[] = []): void {
    if (request.type !== 'prepare') {
      if (request.id === this.#cancelled) return;
      this.#latest = request.id;
    }
    switch (request.type) {
      case 'comm':
        this.#options.comms.handle(request, buffers);
        return;
      case 'execute':
        this.#execute(request);
        return;
      case 'prepare':
        this.#prepare();
        return;
      default:
        this.#answering = request.id;
        this.#options.send({ type: 'reply', id: request.id, content: this.#answer(request) });
        this.#answering = 0;
    }
  }

  /** The libraries only while nothing runs: the end of an interrupted cell must not break off their loading. */
  #prepare(): void {
    const { control, world } = this.#options;
    control.guard(() => world.startData());
    if (this.#running !== undefined) return;
    world.warm().catch((error: unknown) => this.loose(error, undefined, 'rejection'));
  }

  /** Whatever happens here, somebody waits for an answer. */
  #answer(request: Exclude<ExecutorRequest, { type: 'execute' | 'prepare' | 'comm' }>): Record<string, unknown> {
    const { code } = request;
    try {
      switch (request.type) {
        case 'complete':
          return { status: 'ok', ...completeCell(this.#options, code, request.cursor) };
        case 'inspect':
          return { status: 'ok', ...inspectAt(this.#options.engine, code, request) };
        case 'is_complete': {
          const status = /^%%/.test(code) ? 'complete' : isComplete(code);
          return { status, ...(status === 'incomplete' ? { indent: indentAfter(code) } : {}) };
        }
      }
    } catch (error) {
      return { status: 'error', ...errorOutput(error, { source: '', lineOffset: 0 }) };
    }
  }

  /**
   * Ends the cell of this request, which may not have arrived yet: its pipe is not the interrupt's.
   * Call only when nothing can terminate this thread any more.
   */
  interrupt(id: number): void {
    clearAsyncStack();
    if (this.#options.comms.interrupt(id)) return;
    if (this.#held?.id === id) this.#tell(this.#held);
    else if (this.#running?.run.id === id) this.#cancel(this.#running.run);
    else if (this.#answering === id) this.#giveUp(id);
    else if (id > this.#latest) {
      // It may have been lost in a termination of what kept this thread.
      this.#cancelled = id;
      const error = errorOutput(interrupted(), { source: '', lineOffset: 0 });
      this.#tell({ id, outcome: { status: 'error', error, declares: [] } });
    }
  }

  /** An error nobody waits for: it ends the running cell if it is the cell's own, and is printed otherwise. */
  loose(thrown: unknown, run: CellRun | undefined, kind: 'exception' | 'rejection'): void {
    if (run === undefined || this.#isItsOwnEnd(thrown, run)) return;
    if (!run.over && kind === 'exception') {
      this.#fail(run, thrown);
      return;
    }
    this.#print(
      run,
      kind === 'rejection'
        ? 'A promise failed that nothing waited for.'
        : 'A callback failed after its cell had ended.',
      thrown,
    );
  }

  /** What a handler of a comm threw, shown where its output stands. */
  handlerFailed(thrown: unknown, run: CellRun): void {
    this.#print(run, 'A handler failed.', thrown);
  }

  #print(run: CellRun, title: string, thrown: unknown): void {
    const { traceback } = errorOutput(thrown, { source: '', lineOffset: 0 });
    this.#options.output.write(run, 'stderr', `${title}\n${traceback.join('\n')}\n`);
  }

  /** A termination took this request, or its answer, on the way. */
  #giveUp(id: number): void {
    this.#answering = 0;
    const error = errorOutput(new CancelledError('The request was interrupted.'), { source: '', lineOffset: 0 });
    this.#options.send({ type: 'reply', id, content: { status: 'error', ...error } });
  }

  #cancel(run: CellRun): void {
    this.#options.checkpoints.end(run);
    run.cancel();
    interruptChildren(run);
    this.#fail(run, interrupted());
  }

  /** What an interrupted cell throws, in whichever part of it, is no error. */
  #isItsOwnEnd(thrown: unknown, run: CellRun): boolean {
    if (isEnd(thrown)) return run.signal.aborted || this.#options.control.interrupting(run.request);
    return run.signal.aborted && isAbort(thrown);
  }

  #execute(request: Execute): void {
    const run = new CellRun(request.id, { count: request.count, stdin: request.stdin });
    const { control } = this.#options;
    this.#running = { run, source: request.source };
    this.#options.rest.end();
    control.begin(run.id);
    if (control.interrupting(run.id)) {
      this.#cancel(run);
      return;
    }
    within(run, () => {
      void this.#serve(request, run);
    });
  }

  /** Never rejects, and calls no method of the promise: a cell may have replaced those. */
  async #serve(request: Execute, run: CellRun): Promise<void> {
    try {
      const expressions = await this.#run(request, run);
      this.#end(run, { status: 'ok', result: run.result, expressions, pages: run.pages, declares: run.declares });
    } catch (error) {
      if (isEnd(error) && this.#options.control.interrupting(run.id)) this.#cancel(run);
      else this.#fail(run, error);
    }
  }

  async #run({ source, expressions }: Execute, run: CellRun): Promise<Record<string, unknown>> {
    const cell = parseCell(source);
    const runCell = await this.#options.registry.runnerOf(cell.kind);
    await runCell(cell, this.#options.world.context(run));
    await run.held();
    const answers: Record<string, unknown> = {};
    for (const [name, expression] of Object.entries(expressions))
      answers[name] = await this.#expression(expression, run);
    return answers;
  }

  async #expression(expression: string, run: CellRun): Promise<unknown> {
    try {
      const value = await this.#options.evaluator.value({ body: expression, lineOffset: 0 }, run);
      return { status: 'ok', data: (await mimeBundle(value)) ?? { 'text/plain': 'undefined' }, metadata: {} };
    } catch (error) {
      return { status: 'error', ...errorOutput(error, { source: expression, lineOffset: 0 }) };
    }
  }

  #fail(run: CellRun, thrown: unknown): void {
    const source = this.#running?.source ?? '';
    const lines = /^%%.*\n?/.exec(source)?.[0] ?? '';
    const error = errorOutput(thrown, {
      source: source.slice(lines.length).replaceAll('\r\n', '\n'),
      lineOffset: lines === '' ? 0 : 1,
    });
    this.#end(run, { status: 'error', error, declares: run.declares });
  }

  /**
   * A termination may hit anything before the guard: the interrupt that follows it then ends the cell.
   */
  #end(run: CellRun, outcome: Outcome): void {
    if (run.over) return;
    const { control, comms, output } = this.#options;
    const restored = this.#options.restored();
    if (restored.length > 0) output.write(run, 'stderr', restoredNote(restored));
    comms.flush();
    output.end(run);
    control.guard(() => {
      run.over = true;
      if (this.#running?.run === run) this.#running = undefined;
      const end = { id: run.id, outcome };
      if (control.release(run.id)) this.#tell(end);
      else this.#held = end;
    });
  }

  #tell({ id, outcome }: { readonly id: number; readonly outcome: Outcome }): void {
    this.#held = undefined;
    this.#options.rest.begin();
    this.#options.send({ type: 'done', id, outcome });
  }
}

/** Names listed in the note. */
const MOST_RESTORED = 5;

function restoredNote(names: readonly string[]): string {
  const list = names.slice(0, MOST_RESTORED).join(', ');
  const more = names.length > MOST_RESTORED ? ` and ${names.length - MOST_RESTORED} more` : '';
  return `The cell took away what all code relies on; it was put back: ${list}${more}.\n`;
}

/** Other kinds have their own languages; their names are not completed from TypeScript's scope. */
function completeCell(
  { engine, evaluator }: RequestsOptions,
  code: string,
  cursor: number,
): ReturnType<typeof complete> {
  if (/^%%/.test(code)) return { matches: [], cursor_start: cursor, cursor_end: cursor, metadata: {} };
  return complete(engine, (name) => evaluator.userName(name), code, cursor);
}

/** What ends a cell that is interrupted; a termination looks like a thrown `null` to some who see it. */
function isEnd(thrown: unknown): boolean {
  return thrown instanceof CancelledError || thrown === null;
}

function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError';
}
