import type { ResultBundle } from '@daybook/shared/results/bundle';
import { age, duration } from './age.ts';
import { button, element } from './element.ts';
import { count } from './number.ts';

export interface FooterEvents {
  readonly onChart: () => void;
  readonly onCopy: () => void;
  readonly onDownload: (anchor: HTMLElement) => void;
}

export interface FooterState {
  /** First and last row on screen, from 1; 0 when there is none. */
  readonly first: number;
  readonly last: number;
  readonly total: number;
  readonly now: number;
  /** The whole result can be downloaded. */
  readonly holds: boolean;
}

/** What was read, when, and what to do with it. */
export class FooterView {
  readonly element: HTMLElement;
  readonly #bundle: ResultBundle;
  readonly #range = element('span', { class: 'db-range' });
  readonly #age = element('span');
  readonly #download: HTMLButtonElement;

  constructor(bundle: ResultBundle, { onChart, onCopy, onDownload }: FooterEvents) {
    this.#bundle = bundle;
    const cost = [
      duration(bundle.elapsed),
      bundle.rowsRead === undefined ? undefined : `${count(bundle.rowsRead)} rows read`,
    ];
    this.#download = button('Download', () => onDownload(this.#download), {
      attributes: { 'aria-haspopup': 'menu', 'aria-expanded': 'false' },
    });
    const chart =
      bundle.name === undefined
        ? undefined
        : button('Chart', onChart, { attributes: { title: `Chart ${bundle.name}` } });
    this.element = element('div', {
      class: 'db-footer',
      children: [
        bundle.note === undefined ? undefined : element('p', { class: 'db-note', text: bundle.note }),
        this.#range,
        element('span', { text: cost.filter((part) => part !== undefined).join(' · ') }),
        this.#age,
        element('span', { class: 'db-grow' }),
        chart,
        button('Copy', onCopy, { attributes: { title: 'Copy the selection, or the first rows, for a spreadsheet' } }),
        this.#download,
      ],
    });
  }

  draw({ first, last, total, now, holds }: FooterState): void {
    const { rows, ran } = this.#bundle;
    const of = total === rows ? count(total) : `${count(total)} (of ${count(rows)})`;
    set(
      this.#range,
      total === 0 ? (rows === 0 ? '0 rows' : `0 of ${count(rows)}`) : `${count(first)}–${count(last)} of ${of}`,
    );
    set(this.#age, `run ${age(ran, now)}`);
    this.#age.title = new Date(ran).toLocaleString();
    this.#download.disabled = !holds;
    this.#download.title = holds ? '' : 'The kernel no longer holds the full result: run the cell again to download it';
  }
}

function set(target: HTMLElement, text: string): void {
  if (target.textContent !== text) target.textContent = text;
}
