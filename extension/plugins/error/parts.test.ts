import { expect, test } from 'vitest';
import { errorParts } from './parts.ts';

const [RED, BOLD, DIM, OFF] = ['\u001b[31m', '\u001b[1m', '\u001b[2m', '\u001b[0m'];

test('an SQL error: message, lines, advice, nothing to fold', () => {
  const parts = errorParts({
    ename: 'SqlError',
    evalue: 'There is no column “dely”. Did you mean “delay”?',
    traceback: [
      `${RED}${BOLD}SqlError${OFF}: There is no column “dely”.`,
      `${DIM}  2 │ select origin,${OFF}\n${RED}>${OFF} 3 │        dely\n    │        ${RED}^${OFF}`,
      'Did you mean “delay”?',
    ],
  });
  expect(parts).toEqual({
    name: 'SQL error',
    message: 'There is no column “dely”.',
    lines: [
      { number: '2', text: 'select origin,', kind: 'near' },
      { number: '3', text: '       dely', kind: 'offending' },
      { number: '', text: '       ^', kind: 'pointer' },
    ],
    notes: ['Did you mean “delay”?'],
    stack: '',
  });
});

test('a thrown error: the stack is folded, causes are not', () => {
  const parts = errorParts({
    ename: 'TypeError',
    evalue: 'a is not a function',
    traceback: [
      `${RED}${BOLD}TypeError${OFF}: a is not a function`,
      `${RED}>${OFF} 1 │ a()\n    │ ${RED}^${OFF}`,
      `${DIM}    at cell:1:1${OFF}`,
      `${DIM}    at run${OFF}`,
      'Caused by Error: b',
    ],
  });
  expect(parts).toMatchObject({
    name: 'TypeError',
    message: 'a is not a function',
    notes: ['Caused by Error: b'],
    stack: 'at cell:1:1\nat run',
  });
});

test('another kernel’s traceback is folded whole', () => {
  const traceback = [
    `${RED}-----${OFF}`,
    'ZeroDivisionError   Traceback\nCell In[1]',
    'ZeroDivisionError: division by zero',
  ];
  expect(errorParts({ ename: 'ZeroDivisionError', evalue: 'division by zero', traceback })).toEqual({
    name: 'ZeroDivisionError',
    message: 'division by zero',
    lines: [],
    notes: [],
    stack: '-----\nZeroDivisionError   Traceback\nCell In[1]\nZeroDivisionError: division by zero',
  });
});
