import { expect, test } from 'vitest';
import { freeName, isResultName, magicFor, magicLength, newSource } from './kinds.ts';

test('the magic line is measured with its line break', () => {
  expect(magicLength('%%sql result=a\nselect 1')).toBe('%%sql result=a\n'.length);
  expect(magicLength('select 1')).toBe(0);
});

test('new cells', () => {
  expect(newSource('sql', ['result_1'])).toBe('%%sql result=result_2\n');
  expect(newSource('chart', ['a', 'by_hour'])).toBe('%%chart\ntype: line\nfrom: by_hour\nx: \ny: ');
  expect(newSource('typescript', [])).toBe('');
  expect(magicFor('typescript', { result: 'a' })).toBe('');
});

test('names', () => {
  expect(freeName(['result_1', 'result_2'])).toBe('result_3');
  expect(isResultName('by_airport')).toBe(true);
  expect(isResultName('2nd')).toBe(false);
});
