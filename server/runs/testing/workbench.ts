import { createHash, randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Run, RunMark } from '@daybook/shared/api/runs';
import { DaybookError } from '@daybook/shared/errors/error';
import type { CodeCell } from '@daybook/shared/notebook/notebook';
import type { DocumentLog } from '@daybook/shared/ports/document-log';
import type { JupyterMessage } from '@daybook/shared/ports/kernel-front';
import { pino } from 'pino';
import type * as Y from 'yjs';
import { openFiles } from '../../adapters/blobs/files.ts';
import { identityOf } from '../../auth/identity.ts';
import { fromYCell, type YCell } from '../../collab/notebook-cells.ts';
import { serve } from '../../collab/testing/serve.ts';
import { createOutputs } from '../../outputs/outputs.ts';
import type { OutputStore } from '../../outputs/store.ts';
import { marksOfCell } from '../marks.ts';
import type { NewRecord, RunRecords } from '../records.ts';
import { createRuns } from '../runs.ts';
import { ScriptedKernel } from './scripted-kernel.ts';

export const ADA = identityOf('ada', { id: 'ada' });

/** Records in memory. */
class MemoryRecords implements RunRecords {
  readonly rows = new Map<string, NewRecord>();
  broken = false;

  async add(records: readonly NewRecord[]): Promise<void> {
    if (this.broken) throw new Error('the database is away');
    for (const record of records) this.rows.set(record.mark.id, record);
  }

  async update(mark: RunMark): Promise<void> {
    const row = this.rows.get(mark.id);
    if (row !== undefined) this.rows.set(mark.id, { ...row, mark });
  }

  /** In no particular order, as a database. */
  async ofKey(document: string, key: string) {
    if (this.broken) throw new Error('the database is away');
    return [...this.rows.values()]
      .reverse()
      .filter((row) => row.document === document && row.mark.key === key)
      .map(({ cell, mark }) => ({ id: mark.id, cell }));
  }

  async find(): Promise<Run> {
    throw new DaybookError('no_such_run', 'not here');
  }

  async list() {
    return { runs: [], next: null };
  }

  async endLeftovers() {}
}

export interface WorkbenchOptions {
  readonly log?: DocumentLog;
  /** Stands between the runs and the store of large outputs. */
  readonly wrap?: (store: OutputStore) => OutputStore;
  /** Characters of output that a run keeps. */
  readonly most?: number;
}

/** Rooms in a temporary home, a scripted kernel and the runs between them. */
export async function openWorkbench(sources: readonly string[], options: WorkbenchOptions = {}) {
  const home = await mkdtemp(join(tmpdir(), 'daybook-runs-'));
  await mkdir(join(home, 'workspace'));
  const cells = sources.map((source, index) => ({
    id: `c${index}`,
    cell_type: source.startsWith('#') ? 'markdown' : 'code',
    metadata: {},
    source,
    ...(source.startsWith('#') ? {} : { execution_count: null, outputs: [] }),
  }));
  await writeFile(
    join(home, 'workspace/a.ipynb'),
    JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }),
  );
  const outputs = createOutputs({ blobs: await openFiles(join(home, 'blobs')), log: pino({ level: 'silent' }) });
  const { log, wrap = (same) => same, most } = options;
  const server = await serve(home, { ...(log === undefined ? {} : { log }), packing: outputs });
  const kernel = new ScriptedKernel();
  const records = new MemoryRecords();
  const told: JupyterMessage[] = [];
  const gone = new Set<(id: string) => void>();
  const interrupts = new Set<(id: string) => void>();
  const runs = createRuns({
    kernels: {
      wake: async (id) => {
        if (id !== kernel.id) throw new DaybookError('no_such_kernel', id, { status: 404 });
        return { front: kernel.front } as never;
      },
      running: () => undefined,
      onGone: (listener) => {
        gone.add(listener);
        return () => gone.delete(listener);
      },
      onSleep: () => () => undefined,
      onInterrupt: (listener) => {
        interrupts.add(listener);
        return () => interrupts.delete(listener);
      },
    },
    hold: (target) => server.collab.hold(target),
    tellPages: (_kernel, message) => void told.push(message),
    records,
    store: wrap(outputs.store),
    ...(most === undefined ? {} : { most }),
    log: pino({ level: 'silent' }),
    gather: 1,
    patience: 150,
  });
  const held = await server.collab.hold({ path: 'a.ipynb' });
  const { doc, documentId: document } = held;
  const cellOf = (id: string) => {
    const found = doc
      .getArray<YCell>('cells')
      .toArray()
      .find((cell) => cell.get('id') === id);
    if (found === undefined) throw new Error(`no cell ${id}`);
    return found;
  };

  return {
    home,
    server,
    kernel,
    /** What was said to pages beside the document. */
    told,
    records,
    runs,
    outputs,
    doc,
    document,
    transact: held.transact,
    cellOf,
    request: (ids: readonly string[], key: string = randomUUID()) => ({
      document_id: document,
      cells: ids.map((cell_id) => ({ cell_id, hash: hashOf(String(cellOf(cell_id).get('source'))) })),
      key,
    }),
    execute(ids: readonly string[], key?: string) {
      return runs.execute(kernel.id, this.request(ids, key), ADA);
    },
    /** The cell as the file has it. */
    cell: (id: string) => fromYCell(cellOf(id)) as CodeCell,
    /** What pages see of it. */
    state: (id: string) => cellOf(id).get('execution_state') ?? 'idle',
    mark: (id: string): RunMark | undefined => marksOfCell(doc, id).at(-1),
    interrupt: () => {
      for (const listener of interrupts) listener(kernel.id);
    },
    endKernel: () => {
      for (const listener of gone) listener(kernel.id);
    },
    updates: watchUpdates(doc),
    async close() {
      held.release();
      await runs.stop();
      await server.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

export type Workbench = Awaited<ReturnType<typeof openWorkbench>>;

export function hashOf(source: string): string {
  return createHash('sha256').update(source).digest('hex');
}

function watchUpdates(doc: Y.Doc): Uint8Array[] {
  const updates: Uint8Array[] = [];
  doc.on('update', (update: Uint8Array) => updates.push(update));
  return updates;
}
