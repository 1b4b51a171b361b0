import type { ExecuteReply, ExecuteRequest } from '@daybook/shared/api/runs';
import { DaybookError } from '@daybook/shared/errors/error';
import type { JupyterMessage } from '@daybook/shared/ports/kernel-front';
import type { Logger } from 'pino';
import type { Identity } from '../auth/identity.ts';
import type { DocumentTarget, HeldDocument } from '../collab/held-document.ts';
import type { Kernels } from '../jupyter/kernels/kernels.ts';
import type { OutputStore } from '../outputs/store.ts';
import { cellIds } from './cell.ts';
import { KernelRuns } from './kernel-runs.ts';
import { Lease } from './lease.ts';
import { LiveRun } from './live-run.ts';
import { allMarks, pruneMarks } from './marks.ts';
import type { RunRecords } from './records.ts';
import { sourcesOf } from './sources.ts';

/** Keys of requests that are remembered here; older ones are looked up. */
const MOST_KEYS = 2_000;

/** Milliseconds that the end of the server waits for large outputs to be stored. */
const MOST_STORING = 5_000;

export interface RunsOptions {
  readonly kernels: Pick<Kernels, 'wake' | 'running' | 'onGone' | 'onSleep' | 'onInterrupt'>;
  readonly hold: (target: DocumentTarget) => Promise<HeldDocument>;
  /** Says something to every page that is connected to a kernel. */
  readonly tellPages: (kernel: string, message: JupyterMessage) => void;
  readonly records: RunRecords;
  /** Where outputs go that are too large for a document. */
  readonly store: OutputStore;
  readonly log: Logger;
  readonly now?: () => number;
  /** Milliseconds outputs are gathered; milliseconds the room gets to catch up with a request. */
  readonly gather?: number;
  readonly patience?: number;
  /** Characters of output that a run keeps. */
  readonly most?: number;
}

/**
 * The server runs cells of documents and is the only writer of what they show. A run that was
 * accepted goes on whoever leaves; one that was accepted is in the document before that is told.
 */
export interface Runs {
  /**
   * Queues cells on a kernel. The same key again answers the same runs. Errors: `no_such_kernel`,
   * `document_not_found`, `no_such_cell` (404), `not_a_code_cell`, `stale_source` (409).
   */
  execute(kernel: string, request: ExecuteRequest, who: Identity): Promise<ExecuteReply>;
  /** Takes back runs that wait; answers which. */
  cancel(kernel: string, runs: readonly string[] | undefined): readonly string[];
  /** Answers the question of a run; `no_question` (409) when it asks none. */
  answer(kernel: string, run: string, value: string): void;
  /** Ends every run with a word in its cell: the server goes. */
  stop(): Promise<void>;
}

export function createRuns(options: RunsOptions): Runs {
  const { kernels, hold, tellPages, records, store, log, now = Date.now, gather, patience, most } = options;
  const byKernel = new Map<string, KernelRuns>();
  const leases = new Map<string, Lease>();
  const accepted = new Map<string, Promise<ExecuteReply>>();
  let recording: Promise<unknown> = Promise.resolve();
  let stopped = false;

  /** The history is written in order and behind: a database that is away holds no run up. */
  function record(work: () => Promise<void>): void {
    recording = recording
      .then(work)
      .catch((error: unknown) => log.warn({ err: error }, 'a run is missing in the history'));
  }

  const gone = (why: string) => (id: string) => {
    byKernel.get(id)?.gone(why);
    byKernel.delete(id);
  };
  kernels.onGone(gone('The kernel was shut down.'));
  kernels.onSleep(gone('The kernel was ended because nobody used it.'));
  kernels.onInterrupt((id) => byKernel.get(id)?.interrupted());
  record(() => records.endLeftovers());

  async function runsOf(id: string): Promise<KernelRuns> {
    const { front } = await kernels.wake(id);
    const known = byKernel.get(id);
    if (known !== undefined) return known;
    const made = new KernelRuns(front, {
      onChange: ({ mark }) => record(() => records.update(mark)),
      tellPages: (message) => tellPages(id, message),
      log,
    });
    byKernel.set(id, made);
    return made;
  }

  function leaseOf(document: string): Lease {
    const known = leases.get(document);
    if (known !== undefined) return known;
    const made = new Lease(() => hold({ id: document }));
    leases.set(document, made);
    return made;
  }

  async function accept(kernel: string, request: ExecuteRequest, who: Identity): Promise<ExecuteReply> {
    const { cells, key } = request;
    // Pages know a document by the name of its room, which ends with its id.
    const document = request.document_id.split(':').at(-1) ?? '';
    const lease = leaseOf(document);
    const queue = await runsOf(kernel);
    const held = await lease.enter();
    try {
      const before = await earlier(held, request);
      if (before !== undefined) return before;
      const sources = await sourcesOf(held.doc, cells, patience);
      if (stopped) throw stopping();
      const common = { lease, document, batch: key, by: who.displayName, now, log, gather, store, most };
      const runs = cells.map(({ cell_id: cell }, at) => new LiveRun({ ...common, cell, source: sources[at] ?? '' }));
      held.transact(() => {
        pruneMarks(held.doc, new Set(cellIds(held.doc)));
        for (const run of runs) run.showQueued(held.doc);
      });
      await Promise.all(runs.map(() => lease.enter()));
      await held.settle();
      const rows = runs.map((run) => ({ document, cell: run.cell, kernel, userId: who.id, mark: run.mark }));
      record(() => records.add(rows));
      queue.request(runs);
      return { runs: runs.map(({ id, cell }) => ({ id, cell_id: cell })) };
    } finally {
      lease.leave();
    }
  }

  /** What came of a request with this key before; the document knows the newest, the history all. */
  async function earlier(
    { doc, documentId }: HeldDocument,
    { key, cells }: ExecuteRequest,
  ): Promise<ExecuteReply | undefined> {
    const known = await records.ofKey(documentId, key).catch((error: unknown) => {
      log.warn({ err: error }, 'the history of runs could not be asked');
      return [];
    });
    const found =
      known.length > 0
        ? known
        : allMarks(doc).flatMap(({ cell, mark }) => (mark.key === key ? [{ id: mark.id, cell }] : []));
    if (found.length === 0) return undefined;
    const place = new Map(cells.map(({ cell_id: cell }, at) => [cell, at]));
    const inOrder = [...found].sort((a, b) => (place.get(a.cell) ?? 0) - (place.get(b.cell) ?? 0));
    return { runs: inOrder.map(({ id, cell }) => ({ id, cell_id: cell })) };
  }

  return {
    execute(kernel, request, who) {
      if (stopped) throw stopping();
      const key = JSON.stringify([who.id, request.document_id, request.key]);
      const known = accepted.get(key);
      if (known !== undefined) return known;
      const accepting = accept(kernel, request, who);
      accepted.set(key, accepting);
      accepting.catch(() => accepted.delete(key)); // whoever asked has the error
      const [oldest] = accepted.keys();
      if (accepted.size > MOST_KEYS && oldest !== undefined) accepted.delete(oldest);
      return accepting;
    },
    cancel(kernel, ids) {
      kernels.running(kernel); // fails for one that is not known
      return byKernel.get(kernel)?.cancel(ids) ?? [];
    },
    answer(kernel, run, value) {
      kernels.running(kernel);
      if (byKernel.get(kernel)?.answer(run, value) === true) return;
      throw new DaybookError('no_question', 'This run does not wait for an answer.', {
        status: 409,
        action: 'Somebody else answered, or the cell has ended. Look at it again.',
      });
    },
    async stop() {
      stopped = true;
      for (const runs of byKernel.values()) runs.gone('The server was stopped while this cell ran. Run it again.');
      const written = [...byKernel.values()].map((runs) => runs.written());
      byKernel.clear();
      await Promise.race([Promise.all(written), after(MOST_STORING)]);
      const waiting = [...leases.values()].flatMap(({ held }) => (held === undefined ? [] : [held.settle()]));
      await Promise.allSettled([...waiting, recording]);
      for (const lease of leases.values()) lease.release();
    },
  };
}

function after(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms).unref());
}

function stopping(): DaybookError {
  return new DaybookError('server_stopping', 'The server is stopping.', {
    status: 503,
    action: 'Try again in a moment.',
  });
}
