import type { JsonCell } from '@daybook/shared/results/bundle';
import type { BarColumn } from './bars.ts';
import { CellView } from './cell.ts';
import { element } from './element.ts';
import type { ColumnFormat } from './format.ts';
import { count } from './number.ts';

export interface RowContent {
  readonly cell: (row: number, column: number) => JsonCell | undefined;
  readonly bar: BarColumn | undefined;
  /** Whether a cell is active, selected or neither. */
  readonly mark: (row: number, column: number) => 'active' | 'selected' | undefined;
  /** Element id of a cell, for `aria-activedescendant`. */
  readonly id: (row: number, column: number) => string;
}

/** One drawn row of the columns `[from, to)`, reused as rows scroll by. */
export class RowView {
  readonly element: HTMLElement;
  readonly #number: HTMLElement;
  #cells: CellView[] = [];
  #from = 0;

  constructor(formats: readonly ColumnFormat[], from: number, to: number) {
    this.#number = element('div', {
      class: 'db-cell db-rownumber',
      attributes: { role: 'rowheader', 'aria-colindex': 1 },
    });
    this.element = element('div', { class: 'db-row', attributes: { role: 'row' }, children: [this.#number] });
    this.setColumns(formats, from, to);
  }

  setColumns(formats: readonly ColumnFormat[], from: number, to: number): void {
    this.#from = from;
    this.#cells = formats.slice(from, to).map((format, index) => new CellView(format, from + index));
    this.element.replaceChildren(this.#number, ...this.#cells.map((cell) => cell.element));
  }

  /** Draws row `index` of the result `offset` px below the top of the body. */
  draw(index: number, offset: number, content: RowContent): void {
    this.element.style.transform = `translateY(${offset}px)`;
    if (this.element.dataset.row !== String(index)) {
      this.element.dataset.row = String(index);
      this.element.setAttribute('aria-rowindex', String(index + 2));
      this.#number.textContent = count(index + 1);
    }
    this.#cells.forEach((cell, at) => {
      const column = this.#from + at;
      cell.draw(content.cell(index, column), content.bar);
      const mark = content.mark(index, column);
      const target = cell.element;
      if (mark === undefined) {
        if (target.hasAttribute('aria-selected')) {
          target.removeAttribute('aria-selected');
          target.removeAttribute('id');
          target.classList.remove('db-active');
        }
        return;
      }
      target.setAttribute('aria-selected', 'true');
      target.classList.toggle('db-active', mark === 'active');
      if (mark === 'active') target.id = content.id(index, column);
      else target.removeAttribute('id');
    });
  }

  /** Column of an element inside this row, or `undefined`. */
  columnOf(node: Node): number | undefined {
    const at = this.#cells.findIndex((cell) => cell.element.contains(node));
    return at < 0 ? undefined : this.#from + at;
  }
}
