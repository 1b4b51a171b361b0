import { describe, expect, test } from 'vitest';
import { type CellFacts, headerModel } from './header-model.ts';

const facts = (change: Partial<CellFacts>): CellFacts => ({
  source: '1 + 1',
  title: '',
  executionState: 'idle',
  executionCount: null,
  dirty: false,
  hasOutputs: false,
  failed: false,
  times: {},
  language: { label: 'TypeScript', hasKinds: true },
  ...change,
});

const ran = {
  executionCount: 3,
  times: { 'iopub.execute_input': '2026-01-01T00:00:00.000Z', 'shell.execute_reply': '2026-01-01T00:00:00.210Z' },
};

describe('headerModel', () => {
  test('reads kind and result name from the magic line', () => {
    expect(headerModel(facts({ source: '%%sql result=sales\nselect 1' }))).toMatchObject({
      kind: 'sql',
      label: 'SQL',
      result: 'sales',
    });
  });
  test('a line that cannot be read keeps its kind', () => {
    expect(headerModel(facts({ source: '%%sql oops\nselect 1' }))).toMatchObject({ kind: 'sql', result: '' });
  });
  test.each([
    ['idle', {}],
    ['queued', { executionState: 'running' }],
    ['running', { executionState: 'running', times: { 'iopub.execute_input': '2026-01-01T00:00:00Z' } }],
    ['ok', ran],
    ['stale', { ...ran, dirty: true }],
    ['error', { ...ran, failed: true }],
  ] as const)('%s', (state, change) => {
    expect(headerModel(facts(change)).state).toBe(state);
  });
  test('where the server runs cells, a run waits before the cell shows anything, and may be left out', () => {
    expect(headerModel(facts({ ...ran, run: { state: 'queued' } })).state).toBe('queued');
    const leftOut = { state: 'stale', why: 'A cell before it failed.' } as const;
    const why = { label: 'Did not run', text: 'A cell before it failed.' };
    expect(headerModel(facts({ run: leftOut }))).toMatchObject({ state: 'stale', note: 'Did not run', why });
    expect(headerModel(facts({ ...ran, run: leftOut }))).toMatchObject({ state: 'stale', note: 'Did not run', why });
    expect(headerModel(facts({ ...ran, dirty: true, run: leftOut })).note).toBe('Edited since it ran');
    const asks = { executionState: 'running', times: { 'iopub.execute_input': '2026-01-01T00:00:00Z' } };
    const input = { prompt: 'Name?', password: false };
    expect(headerModel(facts({ ...asks, run: { state: 'running', input } })).note).toBe('Waiting for input');
  });
  test('shows the time of the last run, not of one under way', () => {
    expect(headerModel(facts(ran)).elapsed).toBe('0.21 s');
    expect(headerModel(facts({ ...ran, executionState: 'running' })).elapsed).toBe('');
  });
});
