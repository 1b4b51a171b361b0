import type { Output } from '@daybook/shared/notebook/notebook';
import type { OutputFold } from '@daybook/shared/notebook/outputs/fold';
import { isStreamMarker, LARGEST_STREAM, markerOf, sizeWords } from '@daybook/shared/notebook/outputs/ref';
import type { StreamText } from '@daybook/shared/notebook/outputs/stream-text';
import type { Logger } from 'pino';
import { cutBefore, LongStream } from '../outputs/long-stream.ts';
import type { OutputStore } from '../outputs/store.ts';
import { isLarge, stow } from '../outputs/stow.ts';

/** Characters of a long stream that stay in the document while it goes on. */
const SHOWN_TAIL = 8_000;
/** Characters that stay in the document when they cannot be stored. */
const MOST_INSIDE = 8_000_000;
/** Milliseconds before storing is tried again. */
const PATIENCE = [200, 1_500];

export interface StowingOptions {
  readonly fold: OutputFold;
  readonly store: OutputStore;
  readonly log: Logger;
  /** Told when what the fold has is ready to be written. */
  readonly onReady: () => void;
  readonly patience?: readonly number[];
}

/**
 * Takes what is too large for a document out of the outputs of a run, into the store. One thing at a
 * time, in their order; what waits for it, and all that follows, is not written yet.
 */
export class Stowing {
  readonly #options: StowingOptions;
  readonly #long = new WeakMap<StreamText, LongStream>();
  /** What could not be stored and stays in the document. */
  readonly #kept = new WeakSet<Output | StreamText>();
  #inside = 0;
  /** Nothing more is expected. */
  #over = false;
  #working: Promise<void> | undefined;

  constructor(options: StowingOptions) {
    this.#options = options;
  }

  /** Begins with what there is to do; resolves when nothing is left, undefined when there is nothing. Never rejects. */
  begin(): Promise<void> | undefined {
    if (this.#working === undefined && this.#next() !== undefined) {
      this.#working = this.#work().finally(() => {
        this.#working = undefined;
      });
    }
    return this.#working;
  }

  /** The run has said all, or, as it turns out, not yet. */
  set over(is: boolean) {
    this.#over = is;
  }

  /** What may be written: outputs up to the first that waits, which stays as it was written before. */
  ready(written: readonly Output[]): readonly Output[] {
    const { outputs } = this.#options.fold;
    const at = this.#next()?.at;
    if (at === undefined) return outputs;
    const [was, now] = [written[at], outputs[at]];
    const stays = was?.output_type === 'stream' && now?.output_type === 'stream' && was.name === now.name;
    return [...outputs.slice(0, at), ...(stays ? [was] : [])];
  }

  async #work(): Promise<void> {
    for (let job = this.#next(); job !== undefined; job = this.#next()) {
      await this.#tryTo(job);
      this.#options.onReady();
    }
  }

  async #tryTo(job: Job): Promise<void> {
    const { patience = PATIENCE, log } = this.#options;
    for (const wait of [...patience, undefined]) {
      try {
        await job.work();
        return;
      } catch (error) {
        log.warn({ err: error }, 'a large output could not be stored');
        if (wait === undefined) return job.giveUp(error);
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  #next(): Job | undefined {
    const { outputs } = this.#options.fold;
    for (const [at, output] of outputs.entries()) {
      const job =
        output.output_type === 'stream'
          ? this.#nextOfStream(output, at)
          : isLarge(output) && !this.#kept.has(output)
            ? this.#whole(output)
            : undefined;
      if (job !== undefined) return { at, ...job };
    }
    return undefined;
  }

  #nextOfStream(output: Output, at: number): Omit<Job, 'at'> | undefined {
    const { fold } = this.#options;
    const stream = fold.streamOf(output);
    const text = String(output.text);
    if (stream === undefined || (this.#kept.has(stream) && text.length <= MOST_INSIDE)) return undefined;
    const long = this.#long.get(stream);
    const goesOn = at === fold.outputs.length - 1 && !this.#over;
    if (long !== undefined && !goesOn) return this.#piece(stream, long, { length: text.length, open: false });
    const before = fold.outputs[at - 1];
    if (long !== undefined && before !== undefined && fold.streamOf(before) === stream && isClosed(before)) {
      return { work: async () => void fold.replace(before, long.output({ open: true })), giveUp: () => {} };
    }
    if (text.length <= LARGEST_STREAM) return undefined;
    const length = goesOn ? cutBefore(text, 0, text.length - SHOWN_TAIL) : text.length;
    const made = long ?? new LongStream(this.#options.store, String(output.name));
    return this.#piece(stream, made, { length, open: goesOn });
  }

  /** Takes the beginning of a stream out. */
  #piece(stream: StreamText, long: LongStream, { length, open }: PieceOptions): Omit<Job, 'at'> {
    const { fold } = this.#options;
    return {
      work: async () => {
        await long.add(stream.text.slice(0, length));
        this.#long.set(stream, long);
        fold.cut(stream, length, long.output({ open }));
      },
      giveUp: (error) => {
        if (this.#fits(length)) this.#kept.add(stream);
        else fold.cut(stream, length, leftOut(length, error));
      },
    };
  }

  #whole(output: Output): Omit<Job, 'at'> {
    const { fold, store } = this.#options;
    return {
      work: async () => void fold.replace(output, await stow(store, output)),
      giveUp: (error) => {
        const size = JSON.stringify(output).length;
        if (this.#fits(size)) this.#kept.add(output);
        else fold.replace(output, leftOut(size, error));
      },
    };
  }

  #fits(size: number): boolean {
    if (this.#inside + size > MOST_INSIDE) return false;
    this.#inside += size;
    return true;
  }
}

interface Job {
  readonly at: number;
  readonly work: () => Promise<void>;
  /** What comes of it when it cannot be done. */
  readonly giveUp: (error: unknown) => void;
}

interface PieceOptions {
  readonly length: number;
  readonly open: boolean;
}

function isClosed(output: Output): boolean {
  const marker = markerOf(output);
  return isStreamMarker(marker) && marker.open !== true;
}

function leftOut(size: number, error: unknown): Output {
  const why = error instanceof Error ? error.message : String(error);
  const text = `\nAn output of ${sizeWords(size)} is missing here, since it could not be stored: ${why}\n`;
  return { output_type: 'stream', name: 'stderr', text };
}
