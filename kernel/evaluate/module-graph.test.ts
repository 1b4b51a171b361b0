import { expect, test } from 'vitest';
import { ModuleGraph } from './module-graph.ts';

function graph(links: readonly (readonly [string, string])[]) {
  const stamps = new Map<string, string>();
  const files = new ModuleGraph((path) => stamps.get(path));
  for (const name of new Set(links.flat())) stamps.set(name, '1');
  for (const name of stamps.keys()) files.version(name);
  for (const [from, to] of links) files.link(from, to);
  return { files, stamps };
}

test('K33 a change reaches all that import the file, and nothing else', () => {
  const { files, stamps } = graph([
    ['a', 'b'],
    ['b', 'c'],
    ['b', 'd'],
    ['x', 'c'],
  ]);
  stamps.set('c', '2');
  expect(files.version('a')).toBeGreaterThan(0);
  expect(files.version('b')).toBeGreaterThan(0);
  expect(files.version('c')).toBeGreaterThan(0);
  expect(files.version('x')).toBeGreaterThan(0);
  expect(files.version('d')).toBe(0);
  const before = files.version('a');
  expect(files.version('a')).toBe(before);
});

test('files that import each other change together', () => {
  const { files, stamps } = graph([
    ['a', 'b'],
    ['b', 'a'],
  ]);
  stamps.set('b', '2');
  expect(files.version('a')).toBeGreaterThan(0);
  expect(files.version('b')).toBeGreaterThan(0);
});

test('a failed load is tried again with all it imports', () => {
  const { files } = graph([['a', 'b']]);
  files.retry('a');
  expect([files.version('a'), files.version('b')].every((version) => version > 0)).toBe(true);
});
