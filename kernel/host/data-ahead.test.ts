import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { DataAhead } from './data-ahead.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const cell = (source: string) => ({ id: source, source });
const PLAIN = [cell('const a = 1'), cell('a + 1')];

function started() {
  const prepare = vi.fn();
  return { prepare, ahead: new DataAhead(prepare) };
}

test('K46 the engine is not started for a notebook without data', () => {
  const { prepare, ahead } = started();
  ahead.ready();
  ahead.cells(PLAIN);
  vi.runAllTimers();
  expect(prepare).not.toHaveBeenCalled();
});

test.each(['%%sql\nselect 1', '%%chart bar', 'await sql`select 1`.rows()', 'table(rows)', 'Plot.barY(rows)'])(
  'K46 it is started ahead for %j, once for each executor',
  (source) => {
    const { prepare, ahead } = started();
    ahead.cells([...PLAIN, cell(source)]);
    vi.runAllTimers();
    expect(prepare).not.toHaveBeenCalled();
    ahead.ready();
    vi.runAllTimers();
    ahead.cells([cell(source)]);
    vi.runAllTimers();
    expect(prepare).toHaveBeenCalledTimes(1);
    ahead.stop();
    ahead.ready();
    vi.runAllTimers();
    expect(prepare).toHaveBeenCalledTimes(2);
  },
);

test('K46 a cell that is typed starts it when typing rests', () => {
  const { prepare, ahead } = started();
  ahead.ready();
  ahead.cells([cell('%%s')]);
  ahead.cells([cell('%%sql')]);
  expect(prepare).not.toHaveBeenCalled();
  vi.runAllTimers();
  expect(prepare).toHaveBeenCalledTimes(1);
});

test('K46 nothing is started for an executor that is gone', () => {
  const { prepare, ahead } = started();
  ahead.ready();
  ahead.cells([cell('%%sql')]);
  ahead.stop();
  vi.runAllTimers();
  expect(prepare).not.toHaveBeenCalled();
});

test('K46 types look for tables only where the cells, or what ran, work with data', () => {
  const { ahead } = started();
  ahead.cells(PLAIN);
  ahead.ran('1 + 1');
  expect(ahead.expected).toBe(false);
  ahead.ran('%%sql result=t\nselect 1');
  expect(ahead.expected).toBe(true);
  const { ahead: other } = started();
  other.cells([cell('%%sql')]);
  expect(other.expected).toBe(true);
  other.cells(PLAIN);
  expect(other.expected).toBe(false);
});
