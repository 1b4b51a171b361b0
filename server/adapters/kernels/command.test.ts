import { expect, test } from 'vitest';
import { commandOf } from './command.ts';

const spec = {
  displayName: 'P',
  argv: ['python', '-m', 'p', '{connection_file}', '{resource_dir}/x', '{prefix}', '{else}'],
  env: { A: '$HOME/a', B: `\${HOME}b`, C: '$$x', D: '$NOPE' },
  interruptMode: 'signal',
  folder: '/env/share/jupyter/kernels/p',
} as const;
const options = { connectionFile: '/run/c.json', env: { HOME: '/home/ada' }, exists: () => false };

test('F4: templates of argv and env are filled in', () => {
  const { program, words, env } = commandOf(spec, options);
  expect([program, ...words]).toEqual([
    'python',
    '-m',
    'p',
    '/run/c.json',
    '/env/share/jupyter/kernels/p/x',
    '/env',
    '{else}',
  ]);
  expect(env).toEqual({ HOME: '/home/ada', A: '/home/ada/a', B: '/home/adab', C: '$x', D: '$NOPE' });
});

test('F4: a bare python is the one beside the kernelspec, a path stays', () => {
  const exists = (path: string) => path === '/env/bin/python';
  expect(commandOf(spec, { ...options, exists }).program).toBe('/env/bin/python');
  expect(commandOf({ ...spec, argv: ['/usr/bin/python'] }, { ...options, exists }).program).toBe('/usr/bin/python');
  expect(commandOf({ ...spec, argv: ['R', '-e'] }, { ...options, exists: () => true }).program).toBe('R');
});
