import type { ResultBundle } from '@daybook/shared/results/bundle';
import { drawChips } from './chips.ts';
import { Columns } from './columns.ts';
import { element } from './element.ts';
import { filterForm } from './filter-form.ts';
import { FooterView } from './footer.ts';
import { HeaderView } from './header.ts';
import { openMenu } from './menu.ts';
import { GridModel } from './model.ts';
import { move } from './move.ts';
import { drawNotice } from './notice.ts';
import { count } from './number.ts';
import { Popup } from './popup.ts';
import { dropFilter, type GridQuery, setFilter, toggleSort } from './query.ts';
import { type RowContent, RowView } from './row.ts';
import { Selection } from './selection.ts';
import type { ResultSource } from './source.ts';
import { copyCells, saveResult } from './transfer.ts';
import { ROW, Viewport } from './viewport.ts';
import { visibleColumns } from './widths.ts';

/** Rows shown before the table scrolls. */
const SHOWN = 10;
/** Columns up to which all are drawn; beyond, only those near the screen. */
const ALL_COLUMNS = 40;
/** While rows fly by, requests start this long after they stop, ms. */
const SETTLE = 60;

/** Event that asks the notebook for a chart of the result; bubbles, `detail` is `ChartRequest`. */
export const CHART_EVENT = 'daybook:chart';
export interface ChartRequest {
  /** Name of the result, for `from:`. */
  readonly from: string;
  readonly columns: ResultBundle['columns'];
}

export interface GridOptions {
  readonly bundle: ResultBundle;
  /** Where rows beyond the bundle come from; without one only the bundle's rows are shown. */
  readonly source?: ResultSource | undefined;
  /** The result was made in this session, so its holder can be asked for profiles unprompted. */
  readonly live?: boolean;
  readonly now?: () => number;
}

let grids = 0;

/**
 * The table of one result: put `element` anywhere, at any time, and call `dispose` when done with
 * it. It draws from the bundle at once and measures itself whenever its size changes, so it needs
 * no attach hooks.
 */
export class ResultGrid {
  readonly element: HTMLElement;
  readonly #model: GridModel;
  readonly #columns: Columns;
  readonly #now: () => number;
  readonly #live: boolean;
  readonly #id = `db-grid-${++grids}`;
  readonly #selection = new Selection();
  readonly #headers: readonly HeaderView[];
  readonly #viewport: Viewport;
  readonly #footer: FooterView;
  readonly #ending = new AbortController();
  readonly #chips = element('div', {
    class: 'db-chips',
    attributes: { role: 'group', 'aria-label': 'Active filters' },
  });
  readonly #notice = element('div', { attributes: { role: 'status' } });
  readonly #said = element('div', { class: 'db-unseen', attributes: { role: 'status', 'aria-live': 'polite' } });
  readonly #empty = element('div', { class: 'db-empty' });
  readonly #head = element('div', { class: 'db-headrow', attributes: { role: 'row', 'aria-rowindex': 1 } });
  readonly #corner = element('div', {
    class: 'db-head db-rownumber',
    attributes: { role: 'columnheader', 'aria-colindex': 1, 'aria-label': 'Row' },
  });
  readonly #body = element('div', { class: 'db-body', attributes: { role: 'rowgroup' } });
  readonly #canvas: HTMLElement;
  readonly #scroller: HTMLElement;
  #rows: RowView[] = [];
  #first = 0;
  #shown = { from: 0, to: 0 };
  #popup: Popup | undefined;
  #frame: number | undefined;
  #settle: ReturnType<typeof setTimeout> | undefined;
  #ticker: ReturnType<typeof setInterval> | undefined;
  #lastPosition = 0;
  #width = 0;

  constructor({ bundle, source, live = false, now = Date.now }: GridOptions) {
    this.#now = now;
    this.#live = live;
    this.#model = new GridModel({ bundle, source, onChange: () => this.#changed() });
    this.#columns = new Columns(bundle);
    this.#headers = this.#columns.formats.map(
      (format, index) =>
        new HeaderView(format, index, {
          onSort: (column, add) => this.#sort(column, add),
          onFilter: (column, anchor) => this.#openFilter(column, anchor),
          onResize: (column, width) => this.#resize(column, width),
        }),
    );
    this.#footer = new FooterView(bundle, {
      onChart: () => this.#chart(),
      onCopy: () => void this.#copy(),
      onDownload: (anchor) => this.#download(anchor),
    });
    this.#canvas = element('div', {
      class: 'db-canvas',
      attributes: { role: 'presentation' },
      children: [
        element('div', { class: 'db-headgroup', attributes: { role: 'rowgroup' }, children: [this.#head] }),
        this.#body,
      ],
    });
    this.#scroller = element('div', {
      class: 'db-scroll',
      attributes: {
        role: 'grid',
        tabindex: 0,
        'aria-label': `${bundle.name ?? 'Result'}: ${count(bundle.rows)} rows, ${count(bundle.columns.length)} columns`,
        'aria-colcount': bundle.columns.length + 1,
        'aria-multiselectable': 'true',
      },
      children: [this.#canvas],
    });
    this.#body.append(this.#empty);
    this.element = element('div', {
      // Without profiles to come, no room is kept for histograms.
      class: bundle.summary === undefined && (source === undefined || bundle.rows < 2) ? 'db-grid db-plain' : 'db-grid',
      children: [this.#chips, this.#scroller, this.#notice, this.#footer.element, this.#said],
    });
    const { signal } = this.#ending;
    this.#viewport = new Viewport(this.#scroller, () => this.#moved(), signal);
    this.#listen(signal);
    this.#layout();
    this.#paint();
  }

  /** Ends requests, timers and listeners; idempotent. */
  dispose(): void {
    this.#ending.abort();
    this.#popup?.close(false);
    this.#model.dispose();
    clearTimeout(this.#settle);
    clearInterval(this.#ticker);
    if (this.#frame !== undefined) cancelAnimationFrame(this.#frame);
  }

  #listen(signal: AbortSignal): void {
    const scroller = this.#scroller;
    scroller.addEventListener('keydown', (event) => this.#key(event), { signal });
    scroller.addEventListener('pointerdown', (event) => this.#press(event, event.shiftKey), { signal });
    scroller.addEventListener(
      'pointermove',
      (event) => event.buttons === 1 && event.pointerType === 'mouse' && this.#press(event, true),
      { signal },
    );
    scroller.addEventListener(
      'focus',
      () => {
        if (this.#selection.active === undefined && scroller.matches(':focus-visible')) this.#activate(0, 0);
      },
      { signal },
    );
    window.addEventListener('online', () => this.#model.notice?.retry?.(), { signal });
    window.addEventListener('beforeprint', () => this.#paint(), { signal });
    const sizes = new ResizeObserver(() => {
      const width = scroller.clientWidth;
      if (width === 0 || width === this.#width) return;
      this.#layout();
      this.#paint();
    });
    sizes.observe(scroller);
    const sight = new IntersectionObserver(([entry]) => this.#seen(entry?.isIntersecting === true));
    sight.observe(this.element);
    signal.addEventListener('abort', () => {
      sizes.disconnect();
      sight.disconnect();
    });
  }

  #seen(visible: boolean): void {
    clearInterval(this.#ticker);
    if (!visible) return;
    this.#ticker = setInterval(() => this.#drawFooter(), 15_000);
    this.#drawFooter();
    if (this.#live || this.#model.answered) void this.#model.loadSummary();
  }

  #changed(): void {
    if (this.#ending.signal.aborted) return;
    if (this.#model.answered) void this.#model.loadSummary();
    this.#layout();
    this.#schedule();
  }

  #moved(): void {
    this.#schedule();
    clearTimeout(this.#settle);
    this.#settle = setTimeout(() => this.#ask(), SETTLE);
  }

  #schedule(): void {
    this.#frame ??= requestAnimationFrame(() => {
      this.#frame = undefined;
      this.#paint();
    });
  }

  /** Sizes everything for the element's width and the rows there are. */
  #layout(): void {
    const { bundle, query, summary, reach } = this.#model;
    this.#width = this.#scroller.clientWidth;
    this.#columns.layout(this.#width || 760, query, summary);
    const tracks = this.#columns.widths.map((width) => `${width}px`).join(' ');
    this.#canvas.style.setProperty('--db-columns', `${this.#columns.numbers}px ${tracks}`);
    this.#canvas.style.width = `${this.#columns.total}px`;
    // The height follows the whole result, not the filter: nothing below moves while filtering.
    const height = Math.max(bundle.rows === 0 ? 2 : 1, Math.min(bundle.rows, SHOWN)) * ROW;
    const { position } = this.#viewport;
    this.#viewport.configure(reach, height);
    const head = this.#head.offsetHeight;
    this.#canvas.style.height = `${head + Math.max(height, this.#viewport.map.content)}px`;
    this.#body.style.height = `${height}px`;
    this.#body.style.top = `${head}px`;
    const bar = this.#scroller.offsetHeight - this.#scroller.clientHeight;
    this.#scroller.style.height = `${head + height + bar}px`;
    if (position !== this.#viewport.position) this.#viewport.sync();
  }

  #paint(): void {
    const { query, summary, reach } = this.#model;
    const formats = this.#columns.formats;
    const wanted =
      formats.length <= ALL_COLUMNS
        ? { from: 0, to: formats.length }
        : visibleColumns(this.#columns.widths, this.#scroller.scrollLeft, this.#width || 760);
    const same = wanted.from === this.#shown.from && wanted.to === this.#shown.to;
    this.#shown = wanted;
    if (!same)
      this.#head.replaceChildren(
        this.#corner,
        ...this.#headers.slice(wanted.from, wanted.to).map((head) => head.element),
      );
    const { position, height } = this.#viewport;
    const first = Math.floor(position / ROW);
    const amount = Math.max(0, Math.min(reach - first, Math.ceil(height / ROW) + 1));
    this.#pool(amount, first, same);
    const content: RowContent = {
      cell: (row, column) => this.#model.cell(row, column),
      bar: this.#columns.bar(query, summary),
      mark: (row, column) => this.#selection.mark(row, column),
      id: (row, column) => this.#cellId(row, column),
    };
    for (const [at, row] of this.#rows.entries()) row.draw(first + at, (first + at) * ROW - position, content);
    const active = this.#selection.active;
    this.#headers.forEach((head, index) => {
      if (index < wanted.from || index >= wanted.to) return;
      head.draw(this.#columns.described(index), summary?.columns[index], query);
      head.activate(active?.row === -1 && active.column === index ? this.#cellId(-1, index) : undefined);
    });
    this.#describe(active, first, amount);
    if (!same) this.#layout();
    if (!this.#model.loading) this.#ask();
  }

  #describe(active: Selection['active'], first: number, amount: number): void {
    const { total, bundle, pending, query } = this.#model;
    const scroller = this.#scroller;
    scroller.setAttribute('aria-rowcount', String(total + 1));
    scroller.setAttribute('aria-busy', String(pending));
    const drawn = active !== undefined && (active.row < 0 || (active.row >= first && active.row < first + amount));
    if (drawn) scroller.setAttribute('aria-activedescendant', this.#cellId(active.row, active.column));
    else scroller.removeAttribute('aria-activedescendant');
    this.#empty.hidden = total > 0;
    this.#empty.textContent =
      bundle.rows === 0
        ? 'The query returned no rows.'
        : `No row matches ${query.filter.length === 1 ? 'the filter' : 'these filters'}.`;
    drawChips(
      this.#chips,
      query.filter,
      (name) => this.#columns.formats.find(({ column }) => column.name === name)?.kind ?? 'text',
      {
        onEdit: (column, anchor) => this.#openFilter(this.#indexOf(column), anchor),
        onRemove: (column) => void this.#apply(dropFilter(this.#model.query, column)),
      },
    );
    drawNotice(this.#notice, this.#model.notice);
    this.#drawFooter();
  }

  #drawFooter(): void {
    const { position, height } = this.#viewport;
    const { reach, total, holds } = this.#model;
    const first = reach === 0 ? 0 : Math.round(position / ROW) + 1;
    const last = Math.min(reach, Math.floor((position + height) / ROW + 0.01));
    this.#footer.draw({ first: Math.min(first, last), last, total, now: this.#now(), holds });
  }

  /** Keeps `amount` drawn rows starting at row `first`; rows still on screen keep their elements. */
  #pool(amount: number, first: number, sameColumns: boolean): void {
    const { formats } = this.#columns;
    const { from, to } = this.#shown;
    if (!sameColumns) for (const row of this.#rows) row.setColumns(formats, from, to);
    const by = first - this.#first;
    this.#first = first;
    if (Math.abs(by) < this.#rows.length) {
      for (let step = 0; step < by; step += 1) {
        const row = this.#rows.shift();
        if (row !== undefined) this.#rows.push(row);
        if (row !== undefined) this.#body.append(row.element);
      }
      for (let step = 0; step > by; step -= 1) {
        const row = this.#rows.pop();
        if (row !== undefined) this.#rows.unshift(row);
        if (row !== undefined) this.#body.prepend(row.element);
      }
    }
    while (this.#rows.length < amount) {
      const row = new RowView(formats, from, to);
      this.#rows.push(row);
      this.#body.append(row.element);
    }
    for (const row of this.#rows.splice(amount)) row.element.remove();
  }

  #ask(): void {
    if (this.#ending.signal.aborted) return;
    const { position, height } = this.#viewport;
    const by = position - this.#lastPosition;
    // After a jump nobody knows where to next: a guess would only stand in the way of the next jump.
    const direction = Math.abs(by) > 4 * height ? 0 : Math.sign(by);
    this.#lastPosition = position;
    const first = Math.floor(position / ROW);
    this.#model.need(first, Math.min(this.#model.reach, first + Math.ceil(height / ROW) + 1), direction);
  }

  async #apply(query: GridQuery): Promise<void> {
    await this.#model.apply(query);
    if (this.#ending.signal.aborted) return;
    this.#selection.reset();
    this.#viewport.moveTo(0);
    const { total, notice } = this.#model;
    this.#say(notice?.text ?? `${count(total)} rows`);
  }

  #sort(column: number, add: boolean): void {
    const format = this.#columns.formats[column];
    if (format !== undefined) void this.#apply(toggleSort(this.#model.query, format.column.name, add));
  }

  #openFilter(column: number, anchor: HTMLElement): void {
    const format = this.#columns.formats[column];
    if (format === undefined) return;
    this.#popup?.close(false);
    const { query, summary } = this.#model;
    const form = filterForm({
      format,
      summary: summary?.columns[column],
      filter: query.filter.find((filter) => filter.column === format.column.name),
      onApply: (filter) => {
        this.#popup?.close();
        void this.#apply(setFilter(this.#model.query, filter));
      },
      onClear: () => {
        this.#popup?.close();
        void this.#apply(dropFilter(this.#model.query, format.column.name));
      },
    });
    this.#popup = new Popup(anchor, form, { back: this.#scroller });
    form.querySelector<HTMLElement>('input, select')?.focus();
    const value = form.querySelector<HTMLInputElement>('input');
    if (value !== null && value.closest('[hidden]') === null) value.select();
  }

  #resize(column: number, width: number | undefined): void {
    this.#columns.resize(column, width);
    this.#layout();
    this.#schedule();
  }

  #key(event: KeyboardEvent): void {
    if (event.target !== this.#scroller || this.#columns.formats.length === 0) return;
    const command = event.ctrlKey || event.metaKey;
    const active = this.#selection.active ?? { row: -1, column: 0 };
    const { reach } = this.#model;
    const columns = this.#columns.formats.length;
    let handled = true;
    const next = event.altKey
      ? undefined
      : move(active, event.key, command, {
          rows: reach,
          columns,
          page: Math.max(1, Math.floor(this.#viewport.height / ROW) - 1),
        });
    if (next !== undefined) this.#activate(next.row, next.column, event.shiftKey);
    else if (event.key === 'Enter' && active.row === -1) this.#sort(active.column, event.shiftKey);
    else if (event.key === 'ArrowDown' && event.altKey)
      this.#openFilter(active.column, this.#headers[active.column]?.element ?? this.#scroller);
    else if (event.key === 'c' && command) void this.#copy();
    else if (event.key === 'a' && command) {
      this.#selection.all(reach, columns);
      this.#schedule();
    } else if (event.key === 'Escape' && this.#selection.range !== undefined) {
      this.#selection.clear();
      this.#schedule();
    } else handled = false;
    if (!handled) return;
    event.preventDefault();
    // The notebook's command mode listens further up and would act on the same key.
    event.stopPropagation();
  }

  #press(event: PointerEvent, extend: boolean): void {
    if (event.button > 0 || !(event.target instanceof Node)) return;
    for (const row of this.#rows) {
      const column = row.element.contains(event.target) ? row.columnOf(event.target) : undefined;
      if (column === undefined) continue;
      const index = Number(row.element.dataset.row);
      const { active } = this.#selection;
      if (active?.row !== index || active.column !== column || !extend) this.#activate(index, column, extend);
      return;
    }
  }

  #activate(row: number, column: number, extend = false): void {
    this.#selection.set({ row, column }, extend);
    if (row >= 0) this.#viewport.reveal(row);
    const left = this.#columns.left(column);
    const width = this.#columns.widths[column] ?? 0;
    const { scrollLeft, clientWidth } = this.#scroller;
    if (left - this.#columns.numbers < scrollLeft) this.#scroller.scrollLeft = left - this.#columns.numbers;
    else if (left + width > scrollLeft + clientWidth) this.#scroller.scrollLeft = left + width - clientWidth;
    this.#paint();
  }

  async #copy(): Promise<void> {
    try {
      this.#say(await copyCells(this.#model, this.#columns.formats, this.#selection.range), true);
    } catch (error) {
      this.#model.report(error);
    }
  }

  #chart(): void {
    const { name, columns } = this.#model.bundle;
    if (name === undefined) return;
    const detail: ChartRequest = { from: name, columns };
    this.element.dispatchEvent(new CustomEvent(CHART_EVENT, { bubbles: true, detail }));
  }

  #download(anchor: HTMLElement): void {
    const save = (format: 'csv' | 'parquet'): void => {
      saveResult(this.#model, format).catch((error: unknown) => this.#model.report(error));
    };
    this.#popup?.close(false);
    this.#popup = openMenu(anchor, 'Download the full result', [
      { label: 'CSV', hint: 'for spreadsheets', act: () => save('csv') },
      { label: 'Parquet', hint: 'keeps types, small', act: () => save('parquet') },
    ]);
  }

  /** Says something to screen readers; with `shown`, for a moment to everybody. */
  #say(text: string, shown = false): void {
    this.#said.textContent = text;
    this.#said.classList.toggle('db-toast', shown);
    if (shown)
      this.#said.addEventListener('animationend', () => this.#said.classList.remove('db-toast'), { once: true });
  }

  #indexOf(name: string): number {
    return this.#columns.formats.findIndex(({ column }) => column.name === name);
  }

  #cellId(row: number, column: number): string {
    return `${this.#id}-${row}-${column}`;
  }
}
