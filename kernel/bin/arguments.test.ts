import { expect, test } from 'vitest';
import { parseArguments } from './arguments.ts';

test.each([
  [['c.json'], { type: 'run', file: 'c.json' }],
  [['-f', 'c.json'], { type: 'run', file: 'c.json' }],
  [['install'], { type: 'install', prefix: undefined }],
  [['install', '--user'], { type: 'install', prefix: undefined }],
  [['install', '--prefix', '/p'], { type: 'install', prefix: '/p' }],
  [['--help'], { type: 'help' }],
])('%j', (words, command) => {
  expect(parseArguments(words)).toEqual(command);
});

test.each([[[]], [['--what']], [['a', 'b']], [['install', '--prefix']], [['install', 'x']], [['-f']]])(
  '%j is wrong',
  (words) => {
    expect(parseArguments(words)).toMatchObject({ type: 'wrong' });
  },
);
