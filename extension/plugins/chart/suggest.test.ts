import { chartSpec } from '@daybook/cells/chart/spec';
import { parseCell } from '@daybook/cells/magic';
import { expect, test } from 'vitest';
import { suggestChart } from './suggest.ts';

const columns = (text: string) =>
  text.split(', ').map((column) => {
    const [name = '', type = ''] = column.split(':');
    return { name, type };
  });

test.each([
  ['an amount over time', 'date:TIMESTAMP, origin:VARCHAR, delay:BIGINT', 'line day(date) mean(delay)'],
  ['an amount per group', 'origin:VARCHAR, flights:BIGINT, late:DOUBLE', 'bar origin mean(flights)'],
  ['an amount by hour, per group', 'hour:BIGINT, origin:VARCHAR, late:DOUBLE', 'line hour mean(late)'],
  ['two amounts', 'height:DOUBLE, weight:DOUBLE', 'scatter height weight'],
  ['one amount', 'height:DOUBLE', 'histogram height count()'],
  ['groups only', 'name:VARCHAR, tags:VARCHAR[]', 'bar name count()'],
])('%s', (_what, types, wanted) => {
  const { type, from, x, y } = chartSpec(parseCell(`%%chart\n${suggestChart('sales', columns(types))}`));
  expect(`${type} ${x} ${y}`).toBe(wanted);
  expect(from).toBe('sales');
});

test('awkward names survive the YAML', () => {
  const { x } = chartSpec(
    parseCell(
      `%%chart\n${suggestChart(
        'a',
        columns('no: 1 #x:VARCHAR').map((c) => ({ ...c, name: 'yes: "x" #1', type: 'VARCHAR' })),
      )}`,
    ),
  );
  expect(x).toBe('yes: "x" #1');
});
