import type { ChartBundle } from '@daybook/shared/results/chart';
import { element } from '../grid/element.ts';
import { count, fixed } from '../grid/number.ts';
import { plainText } from './shape.ts';

/** Rows the table shows; a chart's data is already aggregated, so more is rare. */
const MOST = 500;

/** The chart's figures as a plain table, captioned with what the chart says. */
export function chartTable(bundle: ChartBundle): HTMLElement {
  const { series, x, y } = bundle;
  const rows = new Map<string, (number | null)[]>();
  series.forEach((one, column) => {
    one.x.forEach((value, at) => {
      const key = plainText(value);
      const row = rows.get(key) ?? series.map(() => null);
      row[column] = one.y[at] ?? null;
      rows.set(key, row);
    });
  });
  const names = series.length === 1 ? [y.title || series[0]?.name || ''] : series.map((one) => one.name);
  const shown = [...rows].slice(0, MOST);
  const caption = rows.size > MOST ? `${bundle.alt} First ${count(MOST)} of ${count(rows.size)} rows.` : bundle.alt;
  const table = element('table', {
    children: [
      element('caption', { text: caption }),
      element('thead', {
        children: [
          element('tr', {
            children: [x.title, ...names].map((text, index) =>
              element('th', { text, class: index === 0 ? '' : 'db-number', attributes: { scope: 'col' } }),
            ),
          }),
        ],
      }),
      element('tbody', {
        children: shown.map(([key, values]) =>
          element('tr', {
            children: [
              element('th', { text: key, attributes: { scope: 'row' } }),
              ...values.map((value) =>
                element('td', {
                  class: 'db-number',
                  text: value === null ? '' : fixed(value, Number.isInteger(value) ? 0 : 2),
                }),
              ),
            ],
          }),
        ),
      }),
    ],
  });
  return element('div', { class: 'db-chart-table', attributes: { tabindex: 0 }, children: [table] });
}
