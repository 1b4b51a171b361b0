import type { ResultColumn } from '@daybook/shared/results/window';
import { isNumeric, kindOf } from '../../widgets/grid/kind.ts';

/** Names whose numbers are labels rather than amounts. */
const LABEL = /(^|_)(id|key|code|year|month|week|day|hour|minute|zip|rank|index|number|no)$/i;

/**
 * The body of a chart cell that shows these columns: amounts over time as a line, per group as
 * bars, against each other as points, and counts where there is no amount. A column is left out
 * when its kind (a list, a blob) cannot stand on an axis.
 */
export function suggestChart(from: string, columns: readonly ResultColumn[]): string {
  const of = (test: (column: ResultColumn) => boolean) => columns.filter(test);
  const times = of(({ type }) => ['date', 'timestamp'].includes(kindOf(type)));
  const groups = of(({ type }) => ['text', 'boolean'].includes(kindOf(type)));
  const numbers = of(({ type }) => isNumeric(kindOf(type)));
  const amounts = numbers.filter(({ name }) => !LABEL.test(name));
  const labels = numbers.filter(({ name }) => LABEL.test(name));
  const amount = amounts[0];
  const [time, group, label] = [times[0], groups[0], labels[0]];
  const mean = amount === undefined ? 'count()' : `mean(${amount.name})`;

  if (time !== undefined) return yaml('line', { from, x: `day(${time.name})`, y: mean });
  if (label !== undefined && amount !== undefined)
    return yaml('line', { from, x: label.name, y: mean, ...(group === undefined ? {} : { colour: group.name }) });
  if (group !== undefined) return yaml('bar', { from, x: group.name, y: mean, sort: '-y', limit: '20' });
  if (amount !== undefined && amounts[1] !== undefined)
    return yaml('scatter', { from, x: amount.name, y: amounts[1].name });
  if (amount !== undefined) return yaml('histogram', { from, x: amount.name });
  return yaml('bar', { from, x: label?.name ?? columns[0]?.name ?? '', y: 'count()' });
}

function yaml(type: string, keys: Readonly<Record<string, string>>): string {
  return [`type: ${type}`, ...Object.entries(keys).map(([key, value]) => `${key}: ${scalar(value)}`)].join('\n');
}

/** Quotes what YAML would read as something else than this text. */
function scalar(text: string): string {
  const plain = /^-?[A-Za-z_][\w .()/-]*$/.test(text) && !/^(true|false|yes|no|on|off|null)$/i.test(text);
  return (plain && !text.endsWith(' ')) || /^\d+$/.test(text) ? text : JSON.stringify(text);
}
