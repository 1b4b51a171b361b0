import type { DataChannel } from '../data/channel.ts';
import { type LanguageClient, sharedLanguage } from '../language/client.ts';
import type { FrontState } from '../protocol/front-state.ts';
import type { ExecutorEvent, ExecutorRequest } from '../protocol/wire.ts';
import { Editor, type EditorCell, type EditorKernel } from './editor.ts';
import { within } from './knowledge.ts';
import { STOCK_MS, StockEditor } from './stock.ts';

export interface KernelEditorOptions {
  readonly id: string;
  readonly cwd: string;
  readonly workspace: string;
  data(): Promise<DataChannel>;
  /** Whether the notebook works with data, as far as its cells say. */
  usesData(): boolean;
  request(request: ExecutorRequest): void;
  state(): FrontState;
  readonly language?: LanguageClient;
}

/** Rest after the first word of a notebook's cells until types are made ready, in ms. */
const WARM_MS = 500;

/**
 * The editors of one kernel: that of the document, which pages ask over the kernel link, and that
 * of what ran, which adds types to `complete_request` and `inspect_request`.
 */
export class KernelEditor {
  readonly #options: KernelEditorOptions;
  readonly document: Editor;
  readonly #history: Editor;
  readonly #stock: StockEditor;
  /** Replies of the executor that types are to be added to, by id. */
  readonly #asked = new Map<number, Extract<ExecutorRequest, { type: 'complete' | 'inspect' }>>();
  readonly #live = new Map<number, (names: readonly string[]) => void>();
  #liveId = 0;
  #warming: NodeJS.Timeout | undefined;

  constructor(options: KernelEditorOptions) {
    this.#options = options;
    const { id, cwd, workspace, data, usesData, language = sharedLanguage() } = options;
    const kernel: EditorKernel = {
      id,
      cwd,
      workspace,
      data,
      usesData,
      live: (code) => this.#liveNames(code),
      declared: () => options.state().names,
    };
    this.document = new Editor(kernel, language);
    this.#history = new Editor(kernel, language);
    this.#stock = new StockEditor(this.#history);
  }

  /** The cells of the document have changed. The first word of them makes types ready. */
  cells(cells: readonly EditorCell[]): void {
    this.document.cells(cells);
    if (this.document.warm || this.#warming !== undefined) return;
    this.#warming = setTimeout(() => {
      this.#warming = undefined;
      void this.document.prepare();
    }, WARM_MS);
    this.#warming.unref();
  }

  /** Sees what is sent to the executor. */
  sent(request: ExecutorRequest): void {
    if (request.type === 'complete' || request.type === 'inspect') this.#asked.set(request.id, request);
    if (request.type === 'execute' && request.count !== undefined) this.#stock.ran(request.source);
  }

  /** Sees what the executor says. True when it was meant for here, or comes to `pass` later, with types. */
  heard(event: ExecutorEvent, pass: (event: ExecutorEvent) => void): boolean {
    if (event.type === 'done') {
      this.document.ran();
      this.#history.ran();
    }
    if (event.type !== 'reply') return false;
    const live = this.#live.get(event.id);
    if (live !== undefined) {
      this.#live.delete(event.id);
      live(
        Array.isArray(event.content.matches) ? event.content.matches.filter((each) => typeof each === 'string') : [],
      );
      return true;
    }
    const request = this.#asked.get(event.id);
    if (request === undefined) return false;
    this.#asked.delete(event.id);
    const { code, cursor } = request;
    const typed =
      request.type === 'complete'
        ? this.#stock.complete(code, cursor, event.content)
        : this.#stock.inspect(code, cursor, event.content);
    void within(STOCK_MS, typed, event.content).then((content) => pass({ ...event, content }));
    return true;
  }

  /** Another executor has taken over. */
  restarted(): void {
    this.#asked.clear();
    for (const answer of this.#live.values()) answer([]);
    this.#live.clear();
    this.document.restarted();
    this.#history.restarted();
    this.#stock.restarted();
  }

  close(): void {
    clearTimeout(this.#warming);
    this.document.close();
    this.#history.close();
  }

  /** Asks running code, which only answers between cells. */
  #liveNames(code: string): Promise<readonly string[]> {
    const { phase, active } = this.#options.state();
    if (phase !== 'ready' || active !== undefined) return Promise.resolve([]);
    this.#liveId -= 1;
    const id = this.#liveId;
    return new Promise((resolve) => {
      this.#live.set(id, resolve);
      this.#options.request({ type: 'complete', id, code, cursor: [...code].length });
    });
  }
}
