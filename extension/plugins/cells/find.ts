import { type NotebookPanel, NotebookSearchProvider } from '@jupyterlab/notebook';
import type { ITranslator } from '@jupyterlab/translation';
import { outsideMagic } from './magic-search.ts';
import { notebookLanguage } from './notebook-language.ts';

/** Find and replace in a notebook whose magic lines are hidden: they neither match nor are replaced. */
export class NotebookFind extends NotebookSearchProvider {
  constructor(widget: NotebookPanel, translator?: ITranslator) {
    super(widget, translator);
    // A cell that is inserted while no search runs gets a search of its own that finds its editor
    // twice when it comes into view (“CodeMirrorEditor already set”), unless it was asked before.
    widget.content.model?.cells.changed.connect(this.#ask, this);
  }

  override startQuery(
    query: RegExp,
    filters: Parameters<NotebookSearchProvider['startQuery']>[1],
  ): ReturnType<NotebookSearchProvider['startQuery']> {
    const { hasKinds } = notebookLanguage(this.widget.content.model);
    return super.startQuery(hasKinds ? outsideMagic(query) : query, filters);
  }

  override dispose(): void {
    if (!this.isDisposed) this.widget.content.model?.cells.changed.disconnect(this.#ask, this);
    super.dispose();
  }

  #ask(): void {
    void this.matchesCount;
  }
}
