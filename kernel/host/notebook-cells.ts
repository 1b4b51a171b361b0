import type { NotebookCellsBody, NotebookCellsReply } from '@daybook/shared/api/notebook-cells';
import type { Disposer } from '@daybook/shared/ports/disposer';

/** One code cell as it stands in the document, which may be newer than what ran. */
export interface NotebookCell {
  readonly id: string;
  readonly source: string;
}

/**
 * The notebook's code cells in document order, as the last page that looked told us. Empty with
 * clients that tell nothing. Pages converge by themselves, so the latest word is as good as any.
 */
export class NotebookCells {
  #cells: readonly NotebookCell[] = [];
  readonly #listeners = new Set<(cells: readonly NotebookCell[]) => void>();

  get all(): readonly NotebookCell[] {
    return this.#cells;
  }

  /** Called after each change, with all cells. */
  onChange(listener: (cells: readonly NotebookCell[]) => void): Disposer {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Serves `notebook.cells`. Nothing changes while a source is missing. */
  update({ cells }: NotebookCellsBody): NotebookCellsReply {
    const known = new Map(this.#cells.map(({ id, source }) => [id, source]));
    const next: NotebookCell[] = [];
    const missing: string[] = [];
    for (const { id, source = known.get(id) } of cells) {
      if (source === undefined) missing.push(id);
      else next.push({ id, source });
    }
    if (missing.length > 0 || same(next, this.#cells)) return { missing };
    this.#cells = next;
    for (const listener of this.#listeners) listener(next);
    return { missing };
  }
}

function same(a: readonly NotebookCell[], b: readonly NotebookCell[]): boolean {
  return a.length === b.length && a.every(({ id, source }, index) => b[index]?.id === id && b[index].source === source);
}
