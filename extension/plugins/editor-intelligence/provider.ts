import type { CompletionItem, CompletionReply, Description } from '@daybook/shared/api/editor';
import type { ICellModel } from '@jupyterlab/cells';
import type { CodeMirrorEditor } from '@jupyterlab/codemirror';
import {
  type CompletionHandler,
  ContextCompleterProvider,
  type ICompletionContext,
  type ICompletionProvider,
  KernelCompleterProvider,
} from '@jupyterlab/completer';
import { Text } from '@jupyterlab/coreutils';
import type { NotebookPanel } from '@jupyterlab/notebook';
import { type CellPlace, type CellService, isOurs } from './cell-service.ts';
import { RankedModel } from './ranked-model.ts';
import { ranked } from './ranking.ts';
import type { CompletionRenderer } from './renderer.ts';
import { asksForList } from './trigger.ts';

/** An item of ours in JupyterLab's list. */
export interface OurItem extends CompletionHandler.ICompletionItem {
  readonly rank: number;
  readonly detail: string;
  description?: Description;
}

export interface CellCompleterOptions {
  readonly cells: CellService;
  readonly renderer: CompletionRenderer;
  again(panel: NotebookPanel): void;
}

/** An answer that came too late to be shown, and where it was asked for. */
interface Late {
  readonly cell: CellPlace;
  readonly text: string;
  readonly cursor: number;
  readonly reply: CompletionReply;
}

/** Answers that take longer come as a list of their own; JupyterLab drops a provider’s after its patience. */
const PATIENCE_MS = 900;

/** Completes cells of Daybook kernels; falls back to the kernel's own answer where the link has none. */
export class CellCompleter extends KernelCompleterProvider implements ICompletionProvider {
  override readonly identifier = 'CompletionProvider:daybook' as never;
  override readonly rank = 900;
  // The list's first provider draws for all of them.
  override readonly renderer: never;
  readonly #cells: CellService;
  readonly #again: (panel: NotebookPanel) => void;
  #late: Late | undefined;

  /** `again` asks for the list as the user would; used when an answer came after JupyterLab's patience. */
  constructor({ cells, renderer, again }: CellCompleterOptions) {
    super();
    this.#cells = cells;
    this.#again = again;
    this.renderer = renderer as never;
  }

  override async isApplicable(context: ICompletionContext): Promise<boolean> {
    return isOurs(context.session?.kernel);
  }

  async modelFactory(): Promise<RankedModel> {
    return new RankedModel();
  }

  override async fetch(
    request: CompletionHandler.IRequest,
    context: ICompletionContext,
  ): Promise<CompletionHandler.ICompletionItemsReply> {
    const { editor } = context;
    const cell = editor && this.#cells.cell(editor.model);
    if (!cell) return super.fetch(request, context);
    const text = request.text;
    const cursor = Text.charIndexToJsIndex(request.offset, text);
    const found = await this.#answer(cell, text, cursor);
    if (found === null) return { start: request.offset, end: request.offset, items: [] };
    const typed = text.slice(found.start, cursor);
    return {
      start: Text.jsIndexToCharIndex(found.start, text),
      // What follows the cursor stays: the list follows what is typed before it.
      end: request.offset,
      items: ranked(found.items, typed).map(ourItem),
    };
  }

  /** The answer if it comes in time; a later one is kept and asked for again, if nothing was typed meanwhile. */
  async #answer(cell: CellPlace, text: string, cursor: number): Promise<CompletionReply | null> {
    const late = this.#late;
    this.#late = undefined;
    if (late?.cell.model === cell.model && late.text === text && late.cursor === cursor) return late.reply;
    const asked = this.#cells.complete(cell, cursor);
    let timer: number | undefined;
    const tooLate = new Promise<'late'>((resolve) => {
      timer = window.setTimeout(() => resolve('late'), PATIENCE_MS);
    });
    const first = await Promise.race([asked, tooLate]);
    window.clearTimeout(timer);
    if (first !== 'late') return first;
    void asked.then((reply) => {
      const editor = cell.panel.content.activeCell?.editor;
      if (reply === null || !editor?.hasFocus() || editor.model !== (cell.model as unknown)) return;
      const now = editor.getOffsetAt(editor.getCursorPosition());
      if (now !== cursor || editor.model.sharedModel.getSource() !== text) return;
      this.#late = { cell, text, cursor, reply };
      this.#again(cell.panel);
    });
    return null;
  }

  override async resolve(
    item: CompletionHandler.ICompletionItem,
    context: ICompletionContext,
  ): Promise<CompletionHandler.ICompletionItem> {
    const { editor } = context;
    const cell = editor && this.#cells.cell(editor.model);
    if (!cell) return item;
    const description = await this.#cells.details(cell, editor.getOffsetAt(editor.getCursorPosition()), item.label);
    if (description === null) return item;
    return { ...item, documentation: description.code, description } as OurItem;
  }

  override shouldShowContinuousHint(
    visible: boolean,
    changed: { sourceChange?: readonly { insert?: string; delete?: number }[] },
    context?: ICompletionContext,
  ): boolean {
    const editor = context?.editor as CodeMirrorEditor | null | undefined;
    const changes = changed.sourceChange ?? [];
    if (!editor?.hasFocus() || changes.some((change) => change.delete !== undefined)) return false;
    if ((editor.model as ICellModel).type !== 'code') return false;
    return asksForList(editor.state, changes.map(({ insert = '' }) => insert).join(''), visible);
  }
}

function ourItem({ label, insert, kind, detail = '', rank, deprecated }: CompletionItem): OurItem {
  return {
    label,
    insertText: insert ?? label,
    type: kind,
    detail,
    rank,
    ...(deprecated === undefined ? {} : { deprecated }),
  };
}

/** JupyterLab's own providers, for the kernels of others: ours has asked Daybook's already. */
export class OtherKernelCompleter extends KernelCompleterProvider {
  override async isApplicable(context: ICompletionContext): Promise<boolean> {
    return (await super.isApplicable(context)) && !(await isOurs(context.session?.kernel));
  }
}

export class OtherContextCompleter extends ContextCompleterProvider {
  override async isApplicable(context: ICompletionContext): Promise<boolean> {
    return !(await isOurs(context.session?.kernel));
  }
}
