import { randomUUID } from 'node:crypto';
import type { RunMark } from '@daybook/shared/api/runs';
import type { Output } from '@daybook/shared/notebook/notebook';
import { difference } from '@daybook/shared/notebook/outputs/difference';
import { OutputFold, type OutputMessage } from '@daybook/shared/notebook/outputs/fold';
import { sizeWords } from '@daybook/shared/notebook/outputs/ref';
import type { JupyterHeader } from '@daybook/shared/ports/kernel-front';
import type { RunState } from '@daybook/shared/session/run-queue';
import type { Logger } from 'pino';
import type * as Y from 'yjs';
import type { YCell } from '../collab/notebook-cells.ts';
import type { OutputStore } from '../outputs/store.ts';
import { beginCell, endCell, findCell, setTimes, shapeOf, shapeOfOutputs, writeOutputs } from './cell.ts';
import type { Lease } from './lease.ts';
import { marksOfCell, putMark } from './marks.ts';
import { Stowing } from './stowing.ts';

/** Milliseconds outputs are gathered before they are written. */
const GATHER = 50;
/** The same for a run that has said very much: nobody reads so fast. */
const GATHER_MUCH = 250;
const MUCH = 1_000_000;
/** Characters of one run's outputs that are kept. */
const MOST_OUTPUT = 256_000_000;

export interface LiveRunOptions {
  readonly lease: Lease;
  readonly document: string;
  readonly cell: string;
  readonly batch: string;
  /** The source as whoever asked saw it. */
  readonly source: string;
  readonly by: string;
  readonly now: () => number;
  readonly log: Logger;
  readonly gather?: number | undefined;
  /** Where outputs go that are too large for a document. */
  readonly store: OutputStore;
  /** Characters of its outputs that are kept. */
  readonly most?: number | undefined;
}

/** How a run ended, as the document shows it. */
export interface RunEnding {
  readonly state: RunState;
  readonly why?: string | undefined;
  readonly paused?: true | undefined;
  /** The count the kernel gave it. */
  readonly count?: number | undefined;
  readonly error?: RunMark['error'] | undefined;
}

/** One run and what it writes into its cell: the beginning, outputs as they come, the end. */
export class LiveRun {
  readonly id = randomUUID();
  /** Of its `execute_request`. */
  readonly message = randomUUID();
  readonly document: string;
  readonly cell: string;
  readonly batch: string;
  readonly source: string;
  readonly by: string;
  /** The kernel's question that waits for an answer. */
  asking: { readonly header: JupyterHeader; readonly prompt: string; readonly password: boolean } | undefined;
  /** Characters that it said so far, about. */
  #said = 0;
  readonly #options: LiveRunOptions;
  readonly #outputs = new OutputFold();
  readonly #stowing: Stowing;
  #written: readonly Output[] = [];
  /** The Y cell that has what was written. */
  #place: YCell | undefined;
  #mark: RunMark;
  #timer: NodeJS.Timeout | undefined;
  #ended = false;

  constructor(options: LiveRunOptions) {
    this.#options = options;
    this.document = options.document;
    this.cell = options.cell;
    this.batch = options.batch;
    this.source = options.source;
    this.by = options.by;
    const { store, log } = options;
    this.#stowing = new Stowing({ fold: this.#outputs, store, log, onReady: () => this.#schedule() });
    this.#mark = { id: this.id, state: 'queued', by: options.by, key: options.batch, queued: options.now() };
  }

  get mark(): RunMark {
    return this.#mark;
  }

  /** Characters of its outputs that are held here, about. */
  get size(): number {
    return this.#outputs.outputs.reduce(
      (sum, { text, data }) => sum + weightOf({ type: '', content: { text, data } }),
      0,
    );
  }

  /** Resolves when all it said so far is stored, so that it can end; undefined when that is so now. Never rejects. */
  finish(): Promise<void> | undefined {
    this.#stowing.over = true;
    return this.#stowing.begin();
  }

  /** Resolves when what it said is written, as far as that can be done. */
  async written(): Promise<void> {
    await this.finish();
    if (this.#timer === undefined) return;
    clearTimeout(this.#timer);
    await this.#flushLate();
  }

  /** Shows that it waits. Must run in a transaction of its document. */
  showQueued(doc: Y.Doc): void {
    this.#show(doc, {});
  }

  /** The kernel is given the cell. False when the cell is gone. */
  begin(): boolean {
    return this.change((doc) => {
      const cell = findCell(doc, this.cell);
      if (cell === undefined) return false;
      beginCell(cell);
      this.#place = cell;
      this.#show(doc, { state: 'running' });
      return true;
    });
  }

  /** The kernel has begun with it. */
  started(): void {
    this.change((doc) => {
      this.#show(doc, { started: this.#options.now() });
      const cell = findCell(doc, this.cell);
      if (cell !== undefined) setTimes(cell, { started: this.#mark.started ?? 0 });
    });
  }

  /** Takes one message of the kernel; it is written a moment later. */
  take(message: OutputMessage): void {
    this.#stowing.over = false;
    this.#apply(message);
    this.#schedule();
  }

  #schedule(): void {
    const { gather = GATHER } = this.#options;
    const wait = this.#said > MUCH ? Math.max(gather, GATHER_MUCH) : gather;
    this.#timer ??= setTimeout(() => void this.#flushLate(), wait);
  }

  /** Keeps what is not too much. Errors are always told. */
  #apply(message: OutputMessage): void {
    const { most = MOST_OUTPUT } = this.#options;
    const weight = weightOf(message);
    if (message.type === 'clear_output') this.#said = 0;
    else if (this.#said + weight > most && message.type !== 'error') {
      if (this.#said <= most) this.#outputs.apply({ type: 'stream', content: { name: 'stderr', text: leftOut(most) } });
      this.#said = most + 1;
      return;
    }
    this.#outputs.apply(message);
    this.#said += weight;
  }

  shows(display: string): boolean {
    return this.#outputs.shows(display);
  }

  /** Shows that somebody has to type, or no more. */
  ask(asking: LiveRun['asking']): void {
    this.asking = asking;
    this.change((doc) => {
      this.#flush(doc);
      const { input: _, ...mark } = this.#mark;
      this.#mark = mark;
      this.#show(doc, asking === undefined ? {} : { input: { prompt: asking.prompt, password: asking.password } });
    });
  }

  /** Ends it: the last outputs, the count and the state, in one transaction. */
  end({ state, why, paused, count, error }: RunEnding): void {
    if (this.#ended) return;
    this.#ended = true;
    this.asking = undefined;
    const ran = this.#mark.state === 'running';
    this.change((doc) => {
      const { input: _, ...mark } = this.#mark;
      this.#mark = mark;
      const ended = this.#options.now();
      const more = { ...(why === undefined ? {} : { why }), ...(paused === undefined ? {} : { paused }) };
      this.#flush(doc);
      const cell = findCell(doc, this.cell);
      if (cell !== undefined && ran) {
        endCell(cell, count ?? null);
        if (this.#mark.started !== undefined) setTimes(cell, { started: this.#mark.started, ended });
      }
      this.#show(doc, { state, ended, ...more, ...(error === undefined ? {} : { error }) });
    });
    this.#options.lease.leave();
  }

  #show(doc: Y.Doc, change: Partial<RunMark>): void {
    this.#mark = { ...this.#mark, ...change };
    putMark(doc, this.cell, this.#mark, this.#options.now());
  }

  /** Changes the document, which is held until the run has ended. */
  change<T>(work: (doc: Y.Doc) => T): T {
    const { held } = this.#options.lease;
    if (held === undefined) throw new Error(`the document of run ${this.id} is not held`);
    return held.transact(() => work(held.doc));
  }

  async #flushLate(): Promise<void> {
    this.#timer = undefined;
    const { lease, log } = this.#options;
    try {
      const held = await lease.enter();
      try {
        held.transact(() => this.#flush(held.doc));
      } finally {
        lease.leave();
      }
    } catch (error) {
      log.warn({ err: error, run: this.id }, 'outputs could not be written');
    }
  }

  /** Writes what came since the last time. */
  #flush(doc: Y.Doc): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const cell = findCell(doc, this.cell);
    // Deleted, or run again: then its outputs are those of the other run.
    if (cell === undefined || this.#place === undefined || marksOfCell(doc, this.cell).at(-1)?.id !== this.id) return;
    void this.#stowing.begin();
    const wanted = this.#stowing.ready(this.#written);
    const [there, mine] = [shapeOf(cell), shapeOfOutputs(this.#written)];
    if (cell === this.#place && there.outputs === 0 && mine.outputs > 0) this.#forgetCleared();
    else if (cell !== this.#place || there.outputs !== mine.outputs || there.tail !== mine.tail) {
      // Moved, which makes it anew from what a page had, or changed by somebody else.
      writeOutputs(cell, { tail: undefined, keep: 0, add: wanted });
      this.#place = cell;
      this.#written = wanted;
      return;
    }
    const ready = this.#stowing.ready(this.#written);
    const changes = difference(this.#written, ready);
    this.#written = ready;
    if (changes !== undefined) writeOutputs(cell, changes);
  }

  /** Somebody cleared what was there: only what came since is shown. */
  #forgetCleared(): void {
    this.#outputs.forget(this.#written);
    this.#written = [];
  }
}

function leftOut(most: number): string {
  return `\nMore output was left out: a cell keeps ${sizeWords(most)}. Write large results into a file.\n`;
}

function weightOf({ content }: OutputMessage): number {
  const { text, data } = content;
  if (typeof text === 'string') return text.length;
  if (typeof data !== 'object' || data === null) return 200;
  return Object.values(data).reduce<number>(
    (sum, value) => sum + (typeof value === 'string' ? value.length : 500),
    200,
  );
}
