import type { ColumnSummary, ResultFilter } from '@daybook/shared/results/window';
import { button, element } from './element.ts';
import type { ColumnFormat } from './format.ts';
import { type FilterOp, opLabel, opsFor, parseFilter } from './query.ts';

export interface FilterFormOptions {
  readonly format: ColumnFormat;
  readonly summary: ColumnSummary | undefined;
  /** The column's condition now, if it has one. */
  readonly filter: ResultFilter | undefined;
  readonly onApply: (filter: ResultFilter) => void;
  readonly onClear: () => void;
}

/** A condition on one column: how to compare, with what. Enter applies; a bad value is told in place. */
export function filterForm({ format, summary, filter, onApply, onClear }: FilterFormOptions): HTMLFormElement {
  const { name } = format.column;
  const ops = opsFor(format.kind);
  const select = element('select', {
    attributes: { 'aria-label': `How to compare ${name}` },
    children: ops.map((op) => element('option', { text: opLabel(op, format.kind), attributes: { value: op } })),
  });
  const value = valueField(format, summary);
  const problem = element('p', { class: 'db-problem', attributes: { role: 'alert' } });
  const clear = button('Clear', onClear, { class: 'db-button' });
  clear.hidden = filter === undefined;
  const form = element('form', {
    class: 'db-filter',
    attributes: { role: 'dialog', 'aria-label': `Filter ${name}`, novalidate: '' },
    children: [
      element('strong', { text: `Filter ${name}` }),
      select,
      value.element,
      problem,
      element('div', {
        class: 'db-actions',
        children: [
          clear,
          element('button', { text: 'Apply', class: 'db-button db-primary', attributes: { type: 'submit' } }),
        ],
      }),
    ],
  });
  if (filter !== undefined) {
    select.value = filter.op;
    if ('value' in filter) value.field.value = String(filter.value);
  }
  const sync = (): void => {
    value.element.hidden = select.value === 'null' || select.value === 'notnull';
    problem.textContent = '';
  };
  sync();
  select.addEventListener('change', sync);
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const parsed = parseFilter(name, select.value as FilterOp, value.field.value, format.kind);
    if (typeof parsed !== 'string') {
      onApply(parsed);
      return;
    }
    problem.textContent = parsed;
    value.field.setAttribute('aria-invalid', 'true');
    value.field.focus();
  });
  return form;
}

const HINTS: Partial<Record<ColumnFormat['kind'], string>> = {
  date: '2001-12-31',
  timestamp: '2001-12-31 18:00',
  time: '18:00',
  interval: '2 hours',
};

function valueField(
  { kind, numeric, column }: ColumnFormat,
  summary: ColumnSummary | undefined,
): { element: HTMLElement; field: HTMLInputElement | HTMLSelectElement } {
  const label = `Value to compare ${column.name} with`;
  if (kind === 'boolean') {
    const field = element('select', {
      attributes: { 'aria-label': label },
      children: ['true', 'false'].map((text) => element('option', { text, attributes: { value: text } })),
    });
    return { element: field, field };
  }
  const field = element('input', {
    attributes: {
      type: 'text',
      autocomplete: 'off',
      spellcheck: 'false',
      'aria-label': label,
      inputmode: numeric ? 'decimal' : 'text',
      placeholder:
        HINTS[kind] ?? (summary?.min === undefined ? '' : `${summary.min} … ${summary.max ?? ''}`.slice(0, 40)),
    },
  });
  const top = summary?.top ?? [];
  if (top.length === 0) return { element: field, field };
  const list = element('datalist', {
    children: top.map((entry) => element('option', { attributes: { value: entry.value } })),
  });
  list.id = `db-values-${Math.random().toString(36).slice(2)}`;
  field.setAttribute('list', list.id);
  return { element: element('div', { children: [field, list] }), field };
}
