import type { NotebookCellsBody } from '@daybook/shared/api/notebook-cells';

/** Which sources a kernel has been told, so that only what changed is sent again. */
export class ToldCells {
  #told = new Map<string, string>();

  /** The message for these cells, or undefined when the kernel knows all of it. */
  message(cells: readonly { readonly id: string; readonly source: string }[]): NotebookCellsBody | undefined {
    const changed = cells.filter(({ id, source }) => this.#told.get(id) !== source);
    const order = [...this.#told.keys()];
    if (changed.length === 0 && order.length === cells.length && cells.every(({ id }, at) => order[at] === id)) {
      return undefined;
    }
    const news = new Set(changed.map(({ id }) => id));
    this.#told = new Map(cells.map(({ id, source }) => [id, source]));
    return { cells: cells.map(({ id, source }) => (news.has(id) ? { id, source } : { id })) };
  }

  /** The kernel does not know what it was told. */
  forget(): void {
    this.#told.clear();
  }
}
