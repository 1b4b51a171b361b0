import { PlanReply, type PlanRequest } from '@daybook/shared/api/graph';
import { GRAPH } from '@daybook/shared/api/link-names';
import { Chain } from '@daybook/shared/graph/chain';
import type { Cell } from '@jupyterlab/cells';
import {
  type INotebookCellExecutor,
  type KernelError,
  NotebookActions,
  type NotebookPanel,
} from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';
import type { KernelLink } from '../../tokens.ts';

export interface RunnerOptions {
  readonly link: KernelLink;
  readonly executor: INotebookCellExecutor;
  /** Whether runs are followed by runs of what they made stale. */
  readonly reactive: () => boolean;
}

/** Ends of a cell after which nothing more is run: somebody wanted an end, or the variables are gone. */
const STOPS = ['Interrupted', 'KernelRestarted', 'KernelEnded'];

/** Runs plans of the kernel's graph in this page, one chain at a time, each cell at most once. */
export class PlanRunner {
  /** A chain began, went on or ended. */
  readonly changed = new Signal<PlanRunner, void>(this);
  readonly #panel: NotebookPanel;
  readonly #options: RunnerOptions;
  readonly #pending = new Set<Cell>();
  readonly #ran = new Set<string>();
  #chain: Chain | undefined;

  constructor(panel: NotebookPanel, options: RunnerOptions) {
    this.#panel = panel;
    this.#options = options;
    NotebookActions.executionScheduled.connect(this.#onScheduled, this);
    NotebookActions.executed.connect(this.#onExecuted, this);
    panel.sessionContext.statusChanged.connect((_sender, status) => {
      if (status === 'restarting' || status === 'autorestarting' || status === 'dead') this.#drop();
    });
    panel.disposed.connect(() => {
      this.#drop();
      NotebookActions.executionScheduled.disconnect(this.#onScheduled, this);
      NotebookActions.executed.disconnect(this.#onExecuted, this);
    });
  }

  /** How far the chain under way is; undefined while there is none. */
  get progress(): { readonly begun: number; readonly length: number } | undefined {
    return this.#chain === undefined ? undefined : { begun: this.#chain.begun, length: this.#chain.length };
  }

  /** Asks the kernel what to run and runs it. Does nothing while a chain is under way. */
  async run(wanted: PlanRequest): Promise<void> {
    const kernel = this.#panel.sessionContext.session?.kernel;
    if (this.#chain !== undefined || kernel === undefined || kernel === null) return;
    // Taken at once, so that two requests do not both begin.
    this.#chain = new Chain([]);
    try {
      await this.#options.link.flush(this.#panel);
      const { plan } = PlanReply.parse((await this.#options.link.request(kernel, GRAPH.plan, wanted)).body);
      await this.#carryOut(new Chain(plan));
    } finally {
      this.#chain = undefined;
      if (!this.#panel.isDisposed) this.changed.emit();
    }
    this.#react();
  }

  /** Begins no further cell. The one that runs goes on until it is interrupted. */
  stop(): void {
    this.#chain?.stop();
  }

  async #carryOut(chain: Chain): Promise<void> {
    this.#chain = chain;
    for (let id = chain.next(); id !== undefined && !this.#panel.isDisposed; id = chain.next()) {
      this.changed.emit();
      const end = await this.#runCell(id);
      if (end === 'stop') chain.stop();
      if (end === 'failed') chain.failed(id);
    }
  }

  async #runCell(id: string): Promise<'ok' | 'failed' | 'stop'> {
    const { content, sessionContext } = this.#panel;
    const cell = content.widgets.find(({ model }) => model.id === id);
    if (cell === undefined || content.model === null) return 'failed';
    let failure: KernelError | null | undefined;
    const ended = () => (failure != null && !STOPS.includes(failure.errorName) ? 'failed' : 'stop');
    try {
      // Not by NotebookActions: they would take the cursor out of the editor.
      const ran = await this.#options.executor.runCell({
        cell,
        notebook: content.model,
        notebookConfig: content.notebookConfig,
        onCellExecuted: ({ error }) => {
          failure = error;
        },
        onCellExecutionScheduled: () => undefined,
        sessionContext,
      });
      return ran ? 'ok' : ended();
    } catch {
      return failure == null ? 'failed' : ended();
    }
  }

  #onScheduled(_sender: unknown, { notebook, cell }: { notebook: unknown; cell: Cell }): void {
    if (notebook === this.#panel.content) this.#pending.add(cell);
  }

  #onExecuted(_sender: unknown, { notebook, cell, success, error }: Executed): void {
    if (notebook !== this.#panel.content || cell.model.type !== 'code') return;
    this.#pending.delete(cell);
    if (success) this.#ran.add(cell.model.id);
    else if (error !== undefined && error !== null && STOPS.includes(error.errorName)) this.#ran.clear();
    this.#react();
  }

  /** Once all that was started by hand has ended. */
  #react(): void {
    for (const cell of this.#pending) if (cell.isDisposed) this.#pending.delete(cell);
    if (this.#pending.size > 0 || this.#chain !== undefined || this.#ran.size === 0) return;
    const cells = [...this.#ran];
    this.#ran.clear();
    if (this.#options.reactive()) void this.run({ want: 'after', cells });
  }

  #drop(): void {
    this.#chain?.stop();
    this.#pending.clear();
    this.#ran.clear();
  }
}

interface Executed {
  readonly notebook: unknown;
  readonly cell: Cell;
  readonly success: boolean;
  readonly error?: KernelError | null;
}
