import type { JsonCell } from '@daybook/shared/results/bundle';
import { type BarColumn, barOf } from './bars.ts';
import { element } from './element.ts';
import { type ColumnFormat, numbersOf } from './format.ts';
import { sparkline } from './spark.ts';
import { SPARK } from './widths.ts';

/** One drawn cell, reused for whatever row scrolls into its place. */
export class CellView {
  readonly element: HTMLElement;
  readonly #format: ColumnFormat;
  readonly #place: number;
  #value: JsonCell | undefined | symbol = Symbol('never drawn');
  #full = 0;

  /** `place` is the column's position. */
  constructor(format: ColumnFormat, place: number) {
    this.#format = format;
    this.#place = place;
    this.element = element('div', {
      class: format.numeric ? 'db-cell db-number' : 'db-cell',
      attributes: { role: 'gridcell', 'aria-colindex': place + 2, style: `grid-column:${place + 2}` },
    });
  }

  /** Draws a value, or a skeleton for one that is not here yet. Does nothing when it is drawn already. */
  draw(value: JsonCell | undefined, bar: BarColumn | undefined): void {
    const full = bar?.column === this.#place ? bar.full : 0;
    if (value === this.#value && full === this.#full) return;
    this.#value = value;
    this.#full = full;
    const { element: cell } = this;
    cell.classList.toggle('db-null', value === null);
    cell.classList.toggle('db-waiting', value === undefined);
    cell.removeAttribute('aria-label');
    if (value === undefined) {
      cell.replaceChildren(element('span', { class: 'db-skeleton' }));
      cell.removeAttribute('title');
      cell.setAttribute('aria-label', 'loading');
      return;
    }
    const whole = this.#format.full(value);
    const numbers = this.#format.kind === 'list' ? numbersOf(value) : undefined;
    if (numbers !== undefined) {
      cell.replaceChildren(sparkline(numbers, SPARK, 16));
      cell.setAttribute('aria-label', whole.length > 200 ? `${numbers.length} numbers` : whole);
    } else {
      const text = this.#format.text(value);
      cell.textContent = text;
      if (full > 0) cell.append(slot(value, full));
    }
    if (value !== null && (numbers !== undefined || whole.length > 12)) cell.title = whole.slice(0, 2000);
    else cell.removeAttribute('title');
  }
}

function slot(value: JsonCell, full: number): HTMLElement {
  const bar = barOf(value, full);
  const fill = element('i', { class: bar?.negative === true ? 'db-negative' : '' });
  fill.style.width = `${((bar?.part ?? 0) * 100).toFixed(1)}%`;
  return element('span', { class: 'db-bar', attributes: { 'aria-hidden': 'true' }, children: [fill] });
}
