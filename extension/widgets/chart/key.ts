import type { ChartBundle } from '@daybook/shared/results/chart';
import { element } from '../grid/element.ts';
import { labelsEnds } from './shape.ts';

/** Names a key shows; more are named on hover only. */
const MOST = 12;

/** Which colour is which series, for charts that cannot say it at their lines' ends. */
export function chartKey(bundle: ChartBundle): HTMLElement | undefined {
  if (bundle.series.length < 2 || labelsEnds(bundle) || bundle.type === 'pie') return undefined;
  const shown = bundle.series.slice(0, MOST);
  const rest = bundle.series.length - shown.length;
  return element('div', {
    class: 'db-chart-key',
    attributes: { 'aria-hidden': 'true' },
    children: [
      ...shown.map((series, index) =>
        element('span', {
          children: [
            element('i', { attributes: { style: `background:var(--db-c${(index % 8) + 1})` } }),
            element('span', { text: series.name }),
          ],
        }),
      ),
      rest > 0 ? element('span', { text: `and ${rest} more` }) : undefined,
    ],
  });
}
