import { type Anchor, LONGEST_QUOTE, type Thread } from '@daybook/shared/api/comments';
import { DaybookError } from '@daybook/shared/errors/error';
import type { Cell, ICellModel } from '@jupyterlab/cells';
import { CodeMirrorEditor } from '@jupyterlab/codemirror';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { Signal } from '@lumino/signaling';
import type { Text } from 'yjs';
import type { CellTalks } from '../../tokens.ts';
import { titleOf } from '../cells/facts.ts';
import { magicLength, readSource } from '../cells/kinds.ts';
import type { CommentsApi } from './api.ts';
import { type Drafts, storedDrafts } from './drafts.ts';
import { markMargins } from './margin-marks.ts';
import { type CommentedCell, groupThreads, type PlacedThread, placeThreads, type ThreadGroup } from './place.ts';
import { anchorOf, findRange } from './range.ts';
import type { RangeMark, RangeMarks } from './range-marks.ts';
import { CommentStore } from './store.ts';

/** Milliseconds of rest after which places are found anew. */
const REST = 200;

/** A comment that is being written at a new place. */
export interface NewComment {
  readonly anchor: Anchor;
  readonly label: string;
}

export interface NotebookCommentsOptions {
  readonly api: CommentsApi;
  readonly talks: CellTalks;
  readonly marks: RangeMarks;
  /** The document's path in the workspace. */
  readonly path: () => string;
  /** Shows the panel. */
  readonly show: () => void;
}

/** The comments of one open notebook: where they are, and what is shown of them in its cells. */
export class NotebookComments {
  readonly changed = new Signal<this, void>(this);
  readonly panel: NotebookPanel;
  readonly store: CommentStore;
  readonly drafts: Drafts;
  readonly #options: NotebookCommentsOptions;
  #groups: readonly ThreadGroup[] = [];
  #placed: readonly PlacedThread[] = [];
  #active: string | undefined;
  #composing: NewComment | undefined;
  #timer: number | undefined;

  constructor(panel: NotebookPanel, options: NotebookCommentsOptions) {
    this.panel = panel;
    this.#options = options;
    this.drafts = storedDrafts(options.path);
    this.store = new CommentStore({ api: options.api, path: options.path });
    this.store.changed.connect(() => this.#refresh());
    void panel.revealed.then(() => {
      if (panel.isDisposed) return;
      const model = panel.context.model;
      model.contentChanged.connect(this.#soon, this);
      model.cells.changed.connect(this.#soon, this);
      this.#refresh();
    });
    panel.disposed.connect(() => {
      window.clearTimeout(this.#timer);
      this.store.dispose();
      Signal.clearData(this);
    });
  }

  get groups(): readonly ThreadGroup[] {
    return this.#groups;
  }

  /** The thread that is looked at. */
  get active(): string | undefined {
    return this.#active;
  }

  get composing(): NewComment | undefined {
    return this.#composing;
  }

  get mayComment(): boolean {
    return this.store.you?.mayComment === true;
  }

  placeOf(thread: string): PlacedThread | undefined {
    return this.#placed.find((each) => each.thread.id === thread);
  }

  /** Begins a comment at a new place. */
  compose(anchor: Anchor): void {
    this.#composing = { anchor, label: this.#labelOf(anchor) };
    this.#active = undefined;
    this.#refresh();
    this.#options.show();
  }

  endComposing(): void {
    this.#composing = undefined;
    this.#refresh();
  }

  async open(body: string, key: string): Promise<Thread> {
    const composing = this.#composing;
    if (composing === undefined) throw new DaybookError('no_place', 'The place of this comment is gone.');
    const thread = await this.store.open(composing.anchor, body, key);
    if (this.#composing === composing) this.#composing = undefined;
    this.activate(thread.id);
    return thread;
  }

  /** Looks at a thread. */
  activate(thread: string | undefined): void {
    if (this.#active === thread) return;
    this.#active = thread;
    this.#refresh();
  }

  /** Shows a thread in the panel. */
  show(thread: string): void {
    this.activate(thread);
    this.#options.show();
    this.changed.emit();
  }

  /** Goes to what a thread is about. */
  async goTo(thread: string): Promise<void> {
    this.activate(thread);
    const place = this.placeOf(thread);
    const notebook = this.panel.content;
    const index = notebook.widgets.findIndex(({ model }) => model.id === place?.cell);
    const cell = notebook.widgets[index];
    if (place === undefined || cell === undefined) return;
    notebook.deselectAll();
    notebook.activeCellIndex = index;
    await notebook.scrollToCell(cell, 'smart');
    await cell.ready;
    const { editor } = cell;
    if (place.range === undefined || !(editor instanceof CodeMirrorEditor)) return;
    const mark = cell.node.querySelector(`.db-CommentRange[data-thread="${CSS.escape(thread)}"]`);
    mark?.scrollIntoView({ block: 'nearest' });
  }

  /** The keyboard goes back to the notebook. */
  leave(): void {
    const cell = this.panel.content.activeCell;
    if (this.panel.content.mode === 'edit') cell?.editor?.focus();
    else cell?.node.focus();
  }

  /** What a comment on a cell is about: its selected text, if there is any, or all of it. */
  anchorFor(cell: Cell): Anchor {
    const { editor, model } = cell;
    if (editor instanceof CodeMirrorEditor) {
      const { from, to } = editor.editor.state.selection.main;
      if (from < to) return anchorOf(model.id, textOf(model), { from, to });
    }
    return { type: 'cell', cell: model.id, quote: firstLine(model) };
  }

  #soon(): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#refresh(), REST);
  }

  #refresh(): void {
    if (this.panel.isDisposed || this.panel.context.model === null) return;
    const models = [...this.panel.context.model.cells];
    const cells = models.map(
      (model, index): CommentedCell => ({
        id: model.id,
        label: labelOf(model, index),
        text: textOf(model),
      }),
    );
    this.#placed = placeThreads(this.store.threads, cells);
    this.#groups = groupThreads(this.#placed, cells);
    const byCell = groupByCell(this.#placed);
    for (const model of models) this.#mark(model, byCell.get(model.id) ?? []);
    markMargins(this.panel, this.#options.talks);
    this.changed.emit();
  }

  /** What is shown of a cell's open threads in the cell. */
  #mark(model: ICellModel, placed: readonly PlacedThread[]): void {
    const open = placed.filter(({ thread }) => thread.resolved === null);
    let comments = 0;
    let unread = 0;
    for (const { thread } of open) {
      comments += thread.comments.filter(({ deleted }) => !deleted).length;
      unread += thread.unread;
    }
    const [first] = open;
    const label = comments === 1 ? '1 comment' : `${comments} comments`;
    this.#options.talks.set(
      model,
      first === undefined
        ? undefined
        : {
            label,
            text: unread === 0 ? `Show ${label}` : `Show ${label}, ${unread} unread`,
            unread: unread > 0,
            open: () => this.show((open.find(({ thread }) => thread.unread > 0) ?? first).thread.id),
          },
    );
    const ranges = open.flatMap(({ thread: { id }, range }): RangeMark[] =>
      range === undefined ? [] : [{ id, ...range, look: id === this.#active ? 'active' : 'open' }],
    );
    const anchor = this.#composing?.anchor;
    // Once it is sent its own thread marks the place.
    const isNew =
      anchor?.type === 'lines' && anchor.cell === model.id && !open.some(({ thread }) => isSame(thread, anchor));
    const fresh = isNew ? findRange(anchor, textOf(model)) : undefined;
    this.#options.marks.set(model, [
      ...ranges,
      ...(fresh === undefined ? [] : [{ id: 'new', ...fresh, look: 'new' as const }]),
    ]);
  }

  #labelOf(anchor: Anchor): string {
    if (anchor.type === 'notebook') return 'Whole notebook';
    const models = [...this.panel.context.model.cells];
    const index = models.findIndex(({ id }) => id === anchor.cell);
    const model = models[index];
    const label = model === undefined ? '' : labelOf(model, index);
    return anchor.type === 'output' ? `Output of ${label}` : label;
  }
}

function groupByCell(placed: readonly PlacedThread[]): Map<string | undefined, PlacedThread[]> {
  const groups = new Map<string | undefined, PlacedThread[]>();
  for (const each of placed) groups.set(each.cell, [...(groups.get(each.cell) ?? []), each]);
  return groups;
}

function isSame({ anchor }: Thread, { start, end }: Extract<Anchor, { type: 'lines' }>): boolean {
  return anchor.type === 'lines' && anchor.start === start && anchor.end === end;
}

/** A cell's text as the document has it. */
function textOf(model: ICellModel): Text {
  return (model.sharedModel as unknown as { readonly ysource: Text }).ysource;
}

/** What people call a cell: its title, its result, its first words, or its number. */
function labelOf(model: ICellModel, index: number): string {
  const { result } = model.type === 'code' ? readSource(model.sharedModel.getSource()).options : {};
  const named = titleOf(model) || result || (model.type === 'markdown' ? firstLine(model).replace(/^#+\s*/, '') : '');
  if (named !== '') return named.length > 60 ? `${named.slice(0, 59)}…` : named;
  return `${model.type === 'markdown' ? 'Text' : 'Code'} cell ${index + 1}`;
}

/** The first line with words, without a magic line. */
export function firstLine(model: ICellModel): string {
  const source = model.sharedModel.getSource();
  const lines = source.slice(model.type === 'code' ? magicLength(source) : 0).split('\n');
  return (lines.find((line) => line.trim() !== '') ?? '').trim().slice(0, LONGEST_QUOTE);
}
