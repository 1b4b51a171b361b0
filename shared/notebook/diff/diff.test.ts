import { describe, expect, test } from 'vitest';
import type { Cell, Notebook } from '../notebook.ts';
import { NotebookMaker } from '../testing/random-notebook.ts';
import { applyDiff } from './apply-diff.ts';
import { diffNotebooks } from './diff-notebooks.ts';
import { diffLines, diffWords } from './lines.ts';
import { steadyIn } from './steady.ts';
import { summarise } from './summary.ts';

const code = (id: string, source: string, fields: object = {}): Cell => ({
  id,
  cell_type: 'code',
  source,
  metadata: {},
  outputs: [],
  execution_count: null,
  ...fields,
});
const book = (...cells: Cell[]): Notebook => ({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells });
const told = (before: Notebook, after: Notebook) =>
  diffNotebooks(before, after).cells.map((cell) => {
    const id = 'cell' in cell ? cell.cell.id : cell.id;
    return `${cell.change} ${id}${'moved' in cell && cell.moved ? ' moved' : ''}`;
  });

describe('[D1] cells are matched by id', () => {
  const [a, b, c, d] = [code('a', '1'), code('b', '2'), code('c', '3'), code('d', '4')];

  test('added, removed and changed ones stand in the order of the newer notebook', () => {
    expect(told(book(a, b, c), book(a, d, { ...c, source: '33' }))).toEqual([
      'same a',
      'removed b',
      'added d',
      'changed c',
    ]);
    expect(told(book(), book(a))).toEqual(['added a']);
    expect(told(book(a, b), book())).toEqual(['removed a', 'removed b']);
    expect(told(book(), book())).toEqual([]);
  });

  test('of a new order as few as possible have moved', () => {
    expect(told(book(a, b, c, d), book(d, a, b, c))).toEqual(['same d moved', 'same a', 'same b', 'same c']);
    const steady = steadyIn(['a', 'b', 'c', 'd', 'e', 'gone'], ['b', 'new', 'c', 'a', 'e', 'd']);
    expect([...steady].slice(1).sort()).toEqual(['b', 'c']);
    expect(steady.size).toBe(3);
  });

  test('a removed cell stays behind the cell it followed, although that one was edited', () => {
    expect(told(book(a, b, c), book({ ...a, source: 'x' }, c))).toEqual(['changed a', 'removed b', 'same c']);
  });
});

describe('[D2] what changed in a cell is named', () => {
  const parts = (before: Cell, after: Cell) => {
    const [cell] = diffNotebooks(book(before), book(after)).cells;
    return cell?.change === 'changed' ? cell.parts : cell?.change;
  };
  const stream = { output_type: 'stream', name: 'stdout', text: 'hi' };

  test.each<[string, Cell, unknown]>([
    ['source', code('a', 'y'), ['source']],
    ['outputs', code('a', 'x', { outputs: [stream], execution_count: 2 }), ['outputs', 'count']],
    ['the run alone', code('a', 'x', { execution_count: 2 }), ['count']],
    ['metadata', code('a', 'x', { metadata: { tags: ['t'] } }), ['metadata']],
    ['an unknown field', code('a', 'x', { later: 1 }), ['other']],
    ['kind', { id: 'a', cell_type: 'markdown', source: 'x', metadata: {} }, ['type']],
    ['nothing, keys in another order', code('a', 'x'), 'same'],
  ])('%s', (_, after, expected) => expect(parts(code('a', 'x'), after)).toEqual(expected));

  test('a summary counts cells, and no run that gave the same', () => {
    const before = book(code('a', '1'), code('b', '2'), code('c', '3'), code('d', '4'));
    const after = book(
      code('d', '4'),
      code('a', 'x', { outputs: [stream] }),
      code('b', '2', { outputs: [stream] }),
      code('e', '5'),
    );
    expect(summarise(diffNotebooks(before, after))).toEqual({ added: 1, removed: 1, changed: 1, moved: 1, outputs: 1 });
    expect(summarise(diffNotebooks(book(code('a', '1')), book(code('a', '1', { execution_count: 4 }))))).toEqual({
      added: 0,
      removed: 0,
      changed: 0,
      moved: 0,
      outputs: 0,
    });
  });
});

describe('[D3] lines and words', () => {
  test('lines keep their ends', () => {
    expect(diffLines('a\nb\nc', 'a\nB\nc\n')).toEqual([
      { kind: 'same', lines: ['a\n'] },
      { kind: 'removed', lines: ['b\n', 'c'] },
      { kind: 'added', lines: ['B\n', 'c\n'] },
    ]);
    expect(diffLines('', '')).toEqual([]);
    expect(diffLines('', '\n')).toEqual([{ kind: 'added', lines: ['\n'] }]);
  });

  test('words of a line that was changed, not of one that was written anew', () => {
    const marks = diffWords('select a from b', 'select a, c from b');
    expect(marks?.after.filter(({ changed }) => changed).map(({ text }) => text.trim())).toEqual([',', 'c']);
    expect(marks?.before.map(({ text }) => text).join('')).toBe('select a from b');
    expect(diffWords('let x = 1', 'return await fetch(url)')).toBeUndefined();
  });

  test('two long texts without a common line are told apart in a moment', () => {
    const text = (word: string) => Array.from({ length: 50_000 }, (_, line) => `${word} ${line}\n`).join('');
    const runs = diffLines(text('a'), text('b'));
    expect(runs.map(({ kind, lines }) => [kind, lines.length])).toEqual([
      ['removed', 50_000],
      ['added', 50_000],
    ]);
  }, 20_000);
});

describe('[D4] property: the difference makes the newer notebook of the older one', () => {
  test.each([0, 100, 200, 300])('seeds from %i', (first) => {
    for (let seed = first; seed < first + 100; seed += 1) {
      const maker = new NotebookMaker(seed);
      const before = maker.notebook();
      const after = seed % 7 === 0 ? maker.notebook() : maker.edited(before);
      expect(applyDiff(before, diffNotebooks(before, after)), `seed ${seed}`).toEqual(after);
      expect(applyDiff(after, diffNotebooks(after, before)), `seed ${seed}, back`).toEqual(before);
      const same = diffNotebooks(after, after);
      expect(same.cells.every((cell) => cell.change === 'same' && !cell.moved)).toBe(true);
      expect([same.metadata, same.rest]).toEqual([undefined, undefined]);
    }
  });

  test('2,000 cells with outputs', () => {
    const maker = new NotebookMaker(1);
    const before = maker.notebook(2_000);
    const after = maker.edited({ ...before, cells: [...before.cells].reverse() }, 500);
    const began = performance.now();
    const diff = diffNotebooks(before, after);
    expect(applyDiff(before, diff)).toEqual(after);
    // A moment on an idle machine; the limit is there for work that grows with the square.
    expect(performance.now() - began).toBeLessThan(20_000);
  }, 30_000);
});
