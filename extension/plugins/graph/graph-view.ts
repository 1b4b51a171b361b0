import { type CellState, GraphState } from '@daybook/shared/api/graph';
import { GRAPH } from '@daybook/shared/api/link-names';
import { DaybookError } from '@daybook/shared/errors/error';
import { CodeCellModel, type ICellModel } from '@jupyterlab/cells';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import { Signal } from '@lumino/signaling';
import type { CellMarks, KernelLink } from '../../tokens.ts';
import { titleOf } from '../cells/facts.ts';
import { readSource } from '../cells/kinds.ts';
import { FollowedState } from './followed-state.ts';
import { type Mode, modeOf } from './mode.ts';
import { markFor, type OtherCells } from './words.ts';

export interface GraphViewOptions {
  readonly link: KernelLink;
  readonly marks: CellMarks;
  /** The mode of notebooks that name none. */
  readonly byDefault: () => Mode;
}

/** Keeps one notebook's cells marked as its kernel's graph says. */
export class GraphView {
  /** How many cells are stale, or the mode, is another now. */
  readonly changed = new Signal<GraphView, void>(this);
  readonly #panel: NotebookPanel;
  readonly #options: GraphViewOptions;
  readonly #state = new FollowedState();
  #kernel: Kernel.IKernelConnection | null = null;
  #leave: () => void = () => undefined;
  #asking = false;

  constructor(panel: NotebookPanel, options: GraphViewOptions) {
    this.#panel = panel;
    this.#options = options;
    const { sessionContext, context } = panel;
    sessionContext.kernelChanged.connect(this.#follow, this);
    sessionContext.connectionStatusChanged.connect((_sender, status) => {
      if (status === 'connected') void this.#ask();
    });
    void panel.revealed.then(() => {
      context.model.metadataChanged.connect((_model, { key }) => key === 'daybook' && this.refresh());
      context.model.cells.changed.connect((_cells, { type, newValues }) => {
        // A cell that was moved is another model of the same cell.
        if (type === 'add') for (const cell of newValues) this.#mark(cell);
      });
      this.#follow();
    });
    panel.disposed.connect(() => this.#leave());
  }

  get mode(): Mode {
    return modeOf(this.#panel.context.model, this.#options.byDefault());
  }

  /** Cells that are stale or were edited since they ran. */
  get stale(): number {
    if (this.mode === 'manual') return 0;
    let count = 0;
    for (const { status } of this.#state.cells.values()) if (status === 'stale' || status === 'edited') count += 1;
    return count;
  }

  /** Draws all marks anew. */
  refresh(): void {
    for (const cell of this.#cells()) this.#mark(cell);
    this.changed.emit();
  }

  #cells(): ICellModel[] {
    return this.#panel.isDisposed ? [] : [...this.#panel.context.model.cells];
  }

  #follow(): void {
    const kernel = this.#panel.isDisposed ? null : (this.#panel.sessionContext.session?.kernel ?? null);
    if (kernel === this.#kernel) return;
    this.#leave();
    this.#kernel = kernel;
    this.#leave = () => undefined;
    this.#state.stop();
    if (kernel !== null) {
      this.#leave = this.#options.link.onEvent(kernel, GRAPH.changed, (body) => this.#onEvent(body));
      void this.#ask();
    }
    this.refresh();
  }

  async #ask(): Promise<void> {
    const kernel = this.#kernel;
    if (kernel === null || this.#asking) return;
    this.#asking = true;
    try {
      await this.#options.link.flush(this.#panel);
      const { body } = await this.#options.link.request(kernel, GRAPH.state, {});
      if (kernel === this.#kernel) this.#show(this.#state.start(GraphState.parse(body)));
    } catch (error) {
      // Another language's kernel has no graph, and one that went is followed by its successor.
      if (!(error instanceof DaybookError)) throw error;
      this.#show(this.#state.stop());
    } finally {
      this.#asking = false;
    }
  }

  #onEvent(body: unknown): void {
    const event = GraphState.safeParse(body);
    if (!event.success) return;
    const news = this.#state.follow(event.data);
    if (news === 'missed') void this.#ask();
    else this.#show(news);
  }

  #show(ids: ReadonlySet<string>): void {
    if (ids.size === 0) return;
    for (const cell of this.#cells()) if (ids.has(cell.id)) this.#mark(cell);
    this.changed.emit();
  }

  #mark(cell: ICellModel): void {
    if (!(cell instanceof CodeCellModel)) return;
    const state = this.#stateOf(cell.id);
    // The page forgets what ran when it is loaded anew, and then takes every source for an edited one.
    if (state !== undefined && state.status !== 'new' && state.status !== 'edited' && cell.isDirty)
      cell.isDirty = false;
    const mark = state === undefined ? undefined : () => markFor(state, this.#others, this.mode);
    this.#options.marks.set(cell, mark);
  }

  /** Without a kernel, nothing has run in it. Undefined for a kernel that has no graph. */
  #stateOf(id: string): CellState | undefined {
    return (
      this.#state.cells.get(id) ?? (this.#kernel === null || this.#state.known ? { id, status: 'new' } : undefined)
    );
  }

  readonly #others: OtherCells = {
    label: (id) => {
      const cells = this.#cells().filter(({ type }) => type === 'code');
      const place = cells.findIndex((cell) => cell.id === id);
      const cell = cells[place];
      if (cell === undefined) return undefined;
      const name = titleOf(cell) || readSource(cell.sharedModel.getSource()).options.result;
      return name === undefined || name === '' ? `code cell ${place + 1}` : `the cell “${name}”`;
    },
    go: (id) => {
      const notebook = this.#panel.content;
      const place = notebook.widgets.findIndex(({ model }) => model.id === id);
      const widget = notebook.widgets[place];
      if (widget === undefined) return;
      notebook.deselectAll();
      notebook.mode = 'command';
      notebook.activeCellIndex = place;
      void notebook.scrollToCell(widget, 'smart').then(() => widget.node.focus({ preventScroll: true }));
    },
  };
}
