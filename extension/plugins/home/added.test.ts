import { expect, test } from 'vitest';
import { added } from './added.ts';

test('says how a query reads the file', () => {
  expect(added("2026/o'hare.csv")).toBe("o'hare.csv was added. A SQL cell reads it: select * from '2026/o''hare.csv'");
  expect(added('note.txt')).toBe('note.txt was added.');
});
