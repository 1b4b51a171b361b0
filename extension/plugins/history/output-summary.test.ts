import type { Output } from '@daybook/shared/notebook/notebook';
import { REF_MIME } from '@daybook/shared/notebook/outputs/ref';
import { RESULT_MIME } from '@daybook/shared/results/mime';
import { expect, test } from 'vitest';
import { showOutputs } from './output-summary.ts';

const shown = (output: Output) =>
  showOutputs({
    id: 'a',
    cell_type: 'code',
    source: '',
    metadata: {},
    execution_count: null,
    outputs: [output],
  })[0];

test('streams and errors are text', () => {
  expect(shown({ output_type: 'stream', name: 'stdout', text: '\u001b[31mred\u001b[0m' })).toEqual({
    kind: 'text',
    text: 'red',
  });
  expect(shown({ output_type: 'error', ename: 'TypeError', evalue: 'no' })).toEqual({
    kind: 'error',
    text: 'TypeError: no',
  });
});

test('tables are told in words', () => {
  const bundle = {
    ...{ v: 1, id: 'k/1', name: 'sales', rows: 12345, first: [], elapsed: 1, ran: 1 },
    columns: [{ name: 'n', type: 'BIGINT' }],
  };
  const told = shown({ output_type: 'display_data', data: { [RESULT_MIME]: bundle, 'text/plain': 'x' } });
  expect(told).toEqual({ kind: 'words', title: 'sales', text: '12,345 rows × 1 column: n' });
});

test('raster images are shown, markup is not', () => {
  expect(shown({ output_type: 'display_data', data: { 'image/png': 'aG\nk=' } })).toEqual({
    kind: 'image',
    url: 'data:image/png;base64,aGk=',
  });
  const hostile = { 'image/svg+xml': '<svg onload="alert(1)"/>', 'text/html': '<img onerror=x>', 'text/plain': 'text' };
  expect(shown({ output_type: 'display_data', data: hostile })).toEqual({ kind: 'text', text: 'text' });
  expect(shown({ output_type: 'of-later' })).toEqual({ kind: 'words', title: 'Output', text: 'of-later' });
});

test('large outputs are told without their bytes, and never as markers', () => {
  const sha256 = 'a'.repeat(64);
  const items = (mime: string, enc: string) => ({ [REF_MIME]: { v: 1, items: { [mime]: { sha256, size: 1, enc } } } });
  const large = (data: Record<string, unknown>) => shown({ output_type: 'display_data', data, metadata: {} });
  expect(large({ ...items('image/png', 'base64'), 'text/plain': '<Figure>' })).toEqual({
    kind: 'stored-image',
    path: `api/v1/outputs/${sha256}?type=image%2Fpng`,
  });
  expect(large(items('application/vnd.plotly.v1+json', 'json'))).toMatchObject({ title: 'Chart' });
  expect(large({ ...items('text/html', 'utf8'), 'text/plain': '[text/html, 3 MB]' })).toEqual({
    kind: 'text',
    text: '[text/html, 3 MB]',
  });
  const part = { sha256, size: 1, enc: 'utf8' };
  const stream = { v: 1, stream: 'stdout', parts: [part], sha256, size: 1, head: 5, tail: 3 };
  expect(large({ [REF_MIME]: stream, 'text/plain': 'begin\n… 1 KB in all …\nend' })).toEqual({
    kind: 'text',
    text: 'begin\n… 1 KB in all …\nend',
  });
});
