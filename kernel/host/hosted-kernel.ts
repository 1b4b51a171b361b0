import { randomUUID } from 'node:crypto';
import { namesOf } from '@daybook/cells/names';
import { LINK } from '@daybook/shared/api/link-names';
import type { Disposer } from '@daybook/shared/ports/disposer';
import type {
  JupyterMessage,
  KernelFront,
  KernelOptions,
  KernelResults,
  KernelStatus,
  KernelUsage,
} from '@daybook/shared/ports/kernel-front';
import { Listeners } from '@daybook/shared/ports/listeners';
import { KernelEditor } from '../editor/kernel-editor.ts';
import { removeWholeOutput, wholeOutputFolders } from '../evaluate/whole-output.ts';
import type { HistoryStore } from '../history/entry.ts';
import { fileStore } from '../history/file-store.ts';
import { memoryStore } from '../history/memory-store.ts';
import { historyReply } from '../history/query.ts';
import { type FrontAction, type FrontEvent, type FrontState, INITIAL } from '../protocol/front-state.ts';
import { type Draft, type MessageMaker, malformed, messageMaker } from '../protocol/message.ts';
import { reduce } from '../protocol/reduce.ts';
import type { ExecutorEvent } from '../protocol/wire.ts';
import { DataAhead } from './data-ahead.ts';
import { ExecutorProcess } from './executor-process.ts';
import { NotebookGraph } from './graph.ts';
import { Link } from './link.ts';
import { NotebookCells } from './notebook-cells.ts';
import { residentMemory } from './resident-memory.ts';
import { currentResults } from './results.ts';
import { RunWatch } from './run-watch.ts';
import { UsageReport } from './usage-report.ts';

/** The protocol machine with an executor process attached: performs what `reduce` asks for. */
export class HostedKernel implements KernelFront {
  readonly id: string;
  readonly results: KernelResults;
  #state: FrontState = INITIAL;
  readonly #actions: FrontAction[] = [];
  #performing = false;
  #status: KernelStatus = 'starting';
  #lastActivity = Date.now();
  #executor: ExecutorProcess;
  #ending: Promise<void> = Promise.resolve();
  readonly #dataAhead = new DataAhead(() => this.#executor.prepare());
  readonly #link = new Link(async (link) => {
    const { serveAll } = await import('./link-services.ts');
    const { document: editor } = this.#editor;
    serveAll(link, { results: this.results, cells: this.#cells, graph: this.#graph, editor });
  });
  readonly #cells = new NotebookCells();
  readonly #graph = new NotebookGraph(this.#cells, {
    namesOf: (source) => namesOf(source, async (queries) => (await this.#executor.data()).tables(queries)),
    publish: (kind, body) => this.#publish(kind, body),
    log: (text) => this.#log('error', text),
  });
  readonly #watch = new RunWatch(this.#graph);
  readonly #editor: KernelEditor;
  readonly #usage = new UsageReport();
  readonly #history: HistoryStore;
  readonly #options: KernelOptions;
  readonly #outputs: readonly string[];
  readonly #messages: MessageMaker = messageMaker(randomUUID());
  readonly #listeners = new Listeners<JupyterMessage>((error) => this.#listenerFailed(error));
  readonly #statusListeners = new Listeners<KernelStatus>((error) => this.#listenerFailed(error));
  /** Called when the executor now starting is ready, or will never be. */
  #waiting: (() => void)[] = [];

  constructor(options: KernelOptions) {
    this.id = options.id;
    this.#options = options;
    const { workspace = options.cwd, env } = options;
    this.#outputs = wholeOutputFolders({ kernelId: options.id, workspace, temporary: env.TMPDIR });
    // What a kernel of this id left behind whose machine went down.
    removeWholeOutput(this.#outputs);
    this.#history =
      options.history === undefined ? memoryStore() : fileStore(options.history, (text) => this.#log('warn', text));
    this.#executor = this.#start();
    this.results = currentResults(() => this.#executor.data());
    this.#editor = new KernelEditor({
      id: options.id,
      cwd: options.cwd,
      workspace: options.workspace ?? options.cwd,
      data: () => this.#executor.data(),
      usesData: () => this.#dataAhead.expected,
      request: (request) => this.#executor.request(request),
      state: () => this.#state,
    });
    this.#cells.onChange((cells) => this.#editor.cells(cells));
    this.#cells.onChange((cells) => this.#dataAhead.cells(cells));
  }

  get status(): KernelStatus {
    return this.#status;
  }

  get lastActivity(): number {
    return this.#lastActivity;
  }

  send(message: JupyterMessage): void {
    this.#lastActivity = Date.now();
    if (malformed(message) === undefined) this.#watch.sent(message);
    this.#apply({ type: 'message', message });
  }

  onMessage(listener: (message: JupyterMessage) => void): Disposer {
    return this.#listeners.add(listener);
  }

  onStatus(listener: (status: KernelStatus) => void): Disposer {
    return this.#statusListeners.add(listener);
  }

  async interrupt(): Promise<void> {
    this.#apply({ type: 'interrupt' });
  }

  async restart(): Promise<void> {
    const ready = new Promise<void>((resolve) => this.#waiting.push(resolve));
    this.#apply({ type: 'restart' });
    if (this.#state.phase !== 'dead') await ready;
  }

  async shutdown(): Promise<void> {
    this.#apply({ type: 'shutdown' });
    // A listener that shuts down is itself part of an action; the end is performed after it.
    await undefined;
    await this.#ending;
    removeWholeOutput(this.#outputs);
  }

  async usage(): Promise<KernelUsage> {
    const { pid } = this.#executor;
    return { pid, memoryBytes: pid === undefined ? 0 : await residentMemory(pid) };
  }

  #apply(event: FrontEvent): void {
    const { state, actions } = reduce(this.#state, event);
    this.#state = state;
    this.#actions.push(...actions);
    this.#performAll();
    if (event.type === 'executor' && event.event.type === 'ready') this.#release();
    if (state.phase === 'dead') this.#release();
    this.#tellStatus();
  }

  /** A listener may send at once: what that leads to comes after what is under way. */
  #performAll(): void {
    if (this.#performing) return;
    this.#performing = true;
    for (let action = this.#actions.shift(); action !== undefined; action = this.#actions.shift()) {
      this.#perform(action);
    }
    this.#performing = false;
  }

  #listenerFailed(error: unknown): void {
    this.#log('error', `A listener of the kernel failed: ${String(error)}`);
  }

  #log(level: 'info' | 'warn' | 'error', text: string): void {
    this.#options.log?.(level, text, { kernel: this.id });
  }

  #perform(action: FrontAction): void {
    switch (action.type) {
      case 'emit':
        this.#emit(action.draft);
        return;
      case 'request':
        this.#editor.sent(action.request);
        if (action.request.type === 'execute') this.#dataAhead.ran(action.request.source);
        this.#executor.request(action.request, action.buffers);
        return;
      case 'control':
        this.#executor.control(action.request);
        return;
      case 'ask':
        void this.#answer(action.message);
        return;
      case 'note':
        if ('source' in action) this.#history.begin(action.line, action.source);
        else this.#history.end(action.line, action.output);
        return;
      case 'session':
        this.#history.newSession();
        return;
      case 'serve':
        void this.#serve(action.message);
        return;
      case 'end':
        this.#dataAhead.stop();
        this.#ending = this.#executor.end();
        if (this.#state.phase === 'dead') this.#editor.close();
        return;
      case 'start':
        this.#dataAhead.stop();
        this.#graph.reset();
        this.#editor.restarted();
        this.#executor = this.#start();
        return;
      case 'log':
        this.#log(action.level, action.text);
    }
  }

  async #answer(message: JupyterMessage): Promise<void> {
    const { header, content } = message;
    const found =
      header.msg_type === 'usage_request'
        ? this.#usage.reply(this.#executor.pid)
        : historyReply(this.#history, content);
    const reply = await found.catch((error: unknown) => ({
      status: 'error',
      ename: 'NotFound',
      evalue: String(error),
      traceback: [String(error)],
    }));
    this.#apply({ type: 'answered', message, content: reply });
  }

  async #serve(message: JupyterMessage): Promise<void> {
    const { content, buffers } = await this.#link.answer(message);
    const { channel, header } = message;
    this.#emit({ channel, type: LINK.reply, content, buffers, parent: header });
  }

  /** An event of the kernel link. */
  #publish(kind: string, body: unknown): void {
    if (this.#state.phase === 'dead') return;
    this.#emit({ channel: 'iopub', type: LINK.event, content: { kind, body }, parent: undefined });
  }

  #emit(draft: Draft): void {
    this.#lastActivity = Date.now();
    this.#watch.emitted(draft);
    this.#listeners.tell(this.#messages.make(draft));
  }

  #start(): ExecutorProcess {
    // An executor that was replaced has nothing to say any more.
    const live = (event: FrontEvent) => {
      if (this.#executor === executor) this.#apply(event);
    };
    const executor: ExecutorProcess = new ExecutorProcess(this.#options, {
      onEvent: (event, buffers) => {
        const pass = (each: ExecutorEvent) => live({ type: 'executor', event: each, buffers });
        if (this.#executor !== executor || !this.#editor.heard(event, pass)) pass(event);
      },
      onRaw: (name, text) => live({ type: 'raw', name, text }),
      onStuck: () => live({ type: 'stuck' }),
      onCrash: (reason) => live({ type: 'crashed', reason }),
    });
    return executor;
  }

  #release(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    for (const resolve of waiting) resolve();
    if (this.#state.phase === 'ready') this.#dataAhead.ready();
  }

  #tellStatus(): void {
    const { phase, active, queue } = this.#state;
    const status = phase !== 'ready' ? phase : active !== undefined || queue.length > 0 ? 'busy' : 'idle';
    if (status === this.#status) return;
    this.#status = status;
    this.#statusListeners.tell(status);
  }
}
