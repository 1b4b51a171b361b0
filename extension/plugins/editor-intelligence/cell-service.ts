import {
  CompletionReply,
  DefinitionReply,
  Description,
  DiagnosticsReply,
  EDITOR,
  InspectReply,
  RenameReply,
  SignatureReply,
} from '@daybook/shared/api/editor';
import type { ICellModel } from '@jupyterlab/cells';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Kernel } from '@jupyterlab/services';
import type { KernelLink } from '../../tokens.ts';

const OURS = 'daybook';

/** Whether a kernel is Daybook's own; false without one. */
export async function isOurs(kernel: Kernel.IKernelConnection | null | undefined): Promise<boolean> {
  if (kernel === null || kernel === undefined) return false;
  return (await kernel.info).implementation === OURS;
}

/** A code cell in a notebook that an editor belongs to. */
export interface CellPlace {
  readonly panel: NotebookPanel;
  readonly model: ICellModel;
}

/**
 * Asks the kernel about places in cells. Every answer is null when there is no Daybook kernel, it
 * is going away, or it cannot tell: nobody who writes is to be bothered with that.
 */
export class CellService {
  readonly #tracker: INotebookTracker;
  readonly #link: KernelLink;
  readonly #panels = new WeakMap<object, NotebookPanel>();

  constructor(tracker: INotebookTracker, link: KernelLink) {
    this.#tracker = tracker;
    this.#link = link;
  }

  /** The cell an editor's model is; undefined for anything that is not a code cell of a notebook. */
  cell(model: CodeEditor.IModel): CellPlace | undefined {
    const cell = model as ICellModel;
    if (cell.type !== 'code') return undefined;
    const known = this.#panels.get(cell);
    const panel = known ?? this.#tracker.find(({ content }) => content.widgets.some((each) => each.model === cell));
    if (panel === undefined || panel.isDisposed) return undefined;
    this.#panels.set(cell, panel);
    return { panel, model: cell };
  }

  complete(cell: CellPlace, offset: number): Promise<CompletionReply | null> {
    return this.#ask(cell, EDITOR.complete, { offset }, CompletionReply.nullable());
  }

  details(cell: CellPlace, offset: number, label: string): Promise<Description | null> {
    return this.#ask(cell, EDITOR.details, { offset, label }, Description.nullable());
  }

  inspect(cell: CellPlace, offset: number): Promise<InspectReply> {
    return this.#ask(cell, EDITOR.inspect, { offset }, InspectReply);
  }

  signature(cell: CellPlace, offset: number): Promise<SignatureReply> {
    return this.#ask(cell, EDITOR.signature, { offset }, SignatureReply);
  }

  definition(cell: CellPlace, offset: number): Promise<DefinitionReply | null> {
    return this.#ask(cell, EDITOR.definition, { offset }, DefinitionReply.nullable());
  }

  /** Rejects with the reason when the name cannot be changed. */
  async rename({ panel, model }: CellPlace, offset: number, name: string): Promise<RenameReply> {
    const kernel = panel.sessionContext.session?.kernel;
    if (kernel === null || kernel === undefined) return { edits: [] };
    await this.#link.flush(panel);
    const { body } = await this.#link.request(kernel, EDITOR.rename, { cellId: model.id, offset, name });
    return RenameReply.parse(body);
  }

  diagnostics(panel: NotebookPanel, cellIds: readonly string[]): Promise<DiagnosticsReply | null> {
    return this.#request(panel, EDITOR.diagnostics, { cellIds }, DiagnosticsReply.nullable());
  }

  #ask<T>({ panel, model }: CellPlace, kind: string, body: object, schema: Schema<T>): Promise<T | null> {
    return this.#request(panel, kind, { cellId: model.id, ...body }, schema);
  }

  async #request<T>(panel: NotebookPanel, kind: string, body: object, schema: Schema<T>): Promise<T | null> {
    const kernel = panel.isDisposed ? undefined : panel.sessionContext.session?.kernel;
    try {
      if (kernel === null || kernel === undefined || !(await isOurs(kernel))) return null;
      await this.#link.flush(panel);
      return schema.parse((await this.#link.request(kernel, kind, body)).body);
    } catch {
      return null;
    }
  }
}

interface Schema<T> {
  parse(value: unknown): T;
}
