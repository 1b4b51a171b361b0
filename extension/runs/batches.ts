import type { AcceptedRun, ExecuteReply, ExecuteRequest } from '@daybook/shared/api/runs';
import type { z } from 'zod';

type Accepted = z.infer<typeof AcceptedRun>;

export interface Wanted {
  readonly kernel: string;
  readonly document: string;
  readonly cell: string;
  /** SHA-256 of the source that is seen. */
  readonly hash: string;
  /** Where the cell is in the document. */
  readonly index: number;
}

export interface BatchEffects {
  readonly execute: (kernel: string, request: ExecuteRequest) => Promise<ExecuteReply>;
  readonly newKey: () => string;
  /** Calls back when everything that was asked in this turn has been. */
  readonly later: (work: () => void) => void;
}

interface Waiting {
  readonly wanted: Wanted;
  readonly resolve: (run: string) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Makes one request of all cells that are run in the same turn (“Run all” asks for each on its own),
 * in the order of the document, and sends requests one after the other, so that they arrive in the
 * order in which they were made.
 */
export class Batches {
  readonly #effects: BatchEffects;
  #waiting: Waiting[] = [];
  #sending: Promise<unknown> = Promise.resolve();

  constructor(effects: BatchEffects) {
    this.#effects = effects;
  }

  /** Resolves with the id of the run once the server has accepted it. */
  add(wanted: Wanted): Promise<string> {
    if (this.#waiting.length === 0) this.#effects.later(() => this.#send());
    return new Promise((resolve, reject) => {
      this.#waiting.push({ wanted, resolve, reject });
    });
  }

  #send(): void {
    const groups = new Map<string, Waiting[]>();
    for (const each of this.#waiting.splice(0)) {
      const { kernel, document } = each.wanted;
      const group = groups.get(`${kernel} ${document}`) ?? [];
      groups.set(`${kernel} ${document}`, [...group, each]);
    }
    for (const group of groups.values()) this.#sending = this.#sending.then(() => this.#post(group));
  }

  /** Never rejects: each cell has its own answer. */
  async #post(group: readonly Waiting[]): Promise<void> {
    const inOrder = [...group].sort((a, b) => a.wanted.index - b.wanted.index);
    const { kernel = '', document = '' } = inOrder[0]?.wanted ?? {};
    const cells = inOrder.map(({ wanted: { cell, hash } }) => ({ cell_id: cell, hash }));
    try {
      const { execute, newKey } = this.#effects;
      const { runs } = await execute(kernel, { document_id: document, cells, key: newKey() });
      for (const [at, { resolve, reject }] of inOrder.entries()) {
        const run: Accepted | undefined = runs[at];
        if (run === undefined) reject(new Error('the server left a cell out'));
        else resolve(run.id);
      }
    } catch (error) {
      for (const { reject } of inOrder) reject(error);
    }
  }
}
