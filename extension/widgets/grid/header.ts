import type { ColumnSummary } from '@daybook/shared/results/window';
import { button, element } from './element.ts';
import type { ColumnFormat } from './format.ts';
import { isOrdered } from './kind.ts';
import type { GridQuery } from './query.ts';
import { detailColumn } from './range.ts';
import { histogram } from './spark.ts';

export interface HeaderEvents {
  readonly onSort: (column: number, add: boolean) => void;
  readonly onFilter: (column: number, anchor: HTMLElement) => void;
  /** A column is being dragged to `width` px; `undefined` fits it to its content again. */
  readonly onResize: (column: number, width: number | undefined) => void;
}

/** The head of one column: name and sort, type and range, histogram; filter and width on hover. */
export class HeaderView {
  readonly element: HTMLElement;
  readonly #format: ColumnFormat;
  readonly #arrow = element('span', { class: 'db-arrow', attributes: { 'aria-hidden': 'true' } });
  readonly #type = element('span', { class: 'db-type' });
  readonly #figure = element('div', { class: 'db-figure' });
  readonly #filter: HTMLButtonElement;
  #summary: ColumnSummary | undefined;

  constructor(format: ColumnFormat, place: number, { onSort, onFilter, onResize }: HeaderEvents) {
    this.#format = format;
    const { name } = format.column;
    this.#filter = button('', () => onFilter(place, this.#filter), {
      class: 'db-filter-button',
      attributes: { tabindex: -1, 'aria-label': `Filter ${name}`, title: `Filter ${name}` },
    });
    const edge = element('span', { class: 'db-edge', attributes: { 'aria-hidden': 'true' } });
    this.element = element('div', {
      class: format.numeric ? 'db-head db-number' : 'db-head',
      attributes: { role: 'columnheader', 'aria-colindex': place + 2, style: `grid-column:${place + 2}` },
      children: [
        element('span', { class: 'db-name', children: [element('span', { text: name }), this.#arrow] }),
        this.#type,
        this.#figure,
        this.#filter,
        edge,
      ],
    });
    this.element.addEventListener('click', (event) => {
      if (event.target !== edge && event.target !== this.#filter) onSort(place, event.shiftKey);
    });
    edge.addEventListener('dblclick', () => onResize(place, undefined));
    edge.addEventListener('pointerdown', (event) => this.#drag(event, edge, (width) => onResize(place, width)));
  }

  /** Draws what the header says: `described` under the name, the sort arrow, the histogram. */
  draw(described: string, summary: ColumnSummary | undefined, query: GridQuery): void {
    const { name } = this.#format.column;
    const sort = query.sort.find(({ column }) => column === name);
    this.#arrow.textContent = sort === undefined ? '' : sort.descending ? ' ↓' : ' ↑';
    this.element.setAttribute('aria-sort', sort === undefined ? 'none' : sort.descending ? 'descending' : 'ascending');
    this.element.classList.toggle('db-sorted', sort !== undefined);
    this.element.classList.toggle(
      'db-filtered',
      query.filter.some(({ column }) => column === name),
    );
    this.#type.textContent = described;
    this.element.title = detailColumn(this.#format.column, summary);
    if (summary === this.#summary) return;
    this.#summary = summary;
    this.#figure.replaceChildren();
    const counts = summary?.histogram ?? summary?.top?.map((entry) => entry.count);
    if (counts === undefined || counts.length < 2) return;
    this.#figure.append(histogram(counts, isOrdered(this.#format.kind) ? 0.6 : 1.4));
  }

  /** Marks the header as the active cell, or not. */
  activate(id: string | undefined): void {
    this.element.classList.toggle('db-active', id !== undefined);
    if (id === undefined) this.element.removeAttribute('id');
    else this.element.id = id;
  }

  #drag(press: PointerEvent, edge: HTMLElement, resize: (width: number) => void): void {
    press.preventDefault();
    press.stopPropagation();
    const start = this.element.getBoundingClientRect().width - press.clientX;
    edge.setPointerCapture(press.pointerId);
    const moved = (event: PointerEvent): void => resize(start + event.clientX);
    const ended = (): void => {
      edge.removeEventListener('pointermove', moved);
      edge.removeEventListener('lostpointercapture', ended);
    };
    edge.addEventListener('pointermove', moved);
    edge.addEventListener('lostpointercapture', ended);
  }
}
