import { spawnSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { describeWith } from '../../docker/services/need.ts';
import { python } from '../../docker/services/python.ts';
import { formatNotebook } from './format.ts';
import { parseNotebook } from './parse.ts';

const code = (fields: object = {}) => ({
  cell_type: 'code',
  id: 'one',
  metadata: {},
  source: [],
  outputs: [],
  execution_count: null,
  ...fields,
});
const file = (cells: unknown[], fields: object = {}) =>
  JSON.stringify({ nbformat: 4, nbformat_minor: 5, metadata: {}, cells, ...fields });
const problem = (text: string): { code?: string; message?: string; action?: string } => {
  try {
    parseNotebook(text);
  } catch (error) {
    return error as Error;
  }
  return {};
};

describe('parseNotebook', () => {
  test('joins every multi-line text, and only those', () => {
    const { cells } = parseNotebook(
      file([
        code({
          source: ['a\n', 'b'],
          outputs: [
            { output_type: 'stream', name: 'stdout', text: ['1\n', '2'] },
            {
              output_type: 'display_data',
              data: { 'text/html': ['<b>\n', '</b>'], 'application/json': ['x', 'y'] },
              metadata: {},
            },
            { output_type: 'error', ename: 'E', evalue: 'v', traceback: ['t1', 't2'] },
          ],
        }),
      ]),
    );
    expect(cells[0]).toMatchObject({
      source: 'a\nb',
      outputs: [
        { text: '1\n2' },
        { data: { 'text/html': '<b>\n</b>', 'application/json': ['x', 'y'] } },
        { traceback: ['t1', 't2'] },
      ],
    });
  });

  test('adds ids where they are missing, invalid or taken, the same ones at every reading', () => {
    const text = file([code({ id: undefined }), code({ id: undefined }), code({ id: 'x y' }), code(), code()]);
    const ids = parseNotebook(text).cells.map((cell) => cell.id);
    expect(new Set(ids).size).toBe(5);
    expect(ids[3]).toBe('one');
    for (const id of ids) expect(id).toMatch(/^[a-zA-Z0-9_-]{1,64}$/);
    expect(parseNotebook(text).cells.map((cell) => cell.id)).toEqual(ids);
  });

  test('fills in what Jupyter does without', () => {
    const { cells } = parseNotebook(
      JSON.stringify({ nbformat: 4, cells: [{ cell_type: 'code' }, { cell_type: 'raw' }] }),
    );
    expect(cells[0]).toMatchObject({ source: '', outputs: [], execution_count: null, metadata: {} });
    expect(cells[1]).toMatchObject({ source: '', metadata: {} });
  });

  test('a byte order mark, NaN and a `__proto__` member are read', () => {
    const notebook = parseNotebook(
      `\ufeff{"nbformat":4,"nbformat_minor":5,"cells":[],"metadata":{"a":NaN,"__proto__":{"b":1}}}`,
    );
    expect(Number(notebook.metadata.a)).toBeNaN();
    expect(({} as { b?: unknown }).b).toBeUndefined();
    expect(formatNotebook(notebook)).toContain('"a": NaN');
  });

  test('broken JSON names line and column', () => {
    expect(problem('{\n "cells": [,]\n}')).toMatchObject({
      code: 'bad_notebook',
      message: expect.stringContaining('line 2, column 12'),
    });
    expect(problem('{"nbformat": 4, "cells": [').message).toContain('ends too early');
    expect(problem('  \n').message).toContain('empty');
    expect(problem(`{"a": "${'x'.repeat(40)}\n"}`).message).toContain('line 1, column 7');
    expect(problem('['.repeat(100_000)).code).toBe('bad_notebook');
  });

  test('a broken cell is named by its number', () => {
    expect(problem(file([code(), { cell_type: 'heading', source: [] }])).message).toContain('cell 2');
    expect(problem(file([code({ source: 7 })]))).toMatchObject({
      code: 'bad_notebook',
      message: expect.stringContaining('source'),
    });
    expect(problem('[]').code).toBe('bad_notebook');
    expect(problem('null').code).toBe('bad_notebook');
    expect(problem('{}').code).toBe('bad_notebook');
  });

  test('format 3 and older say how to convert', () => {
    expect(problem('{"nbformat": 3, "worksheets": []}')).toMatchObject({
      code: 'bad_notebook',
      message: expect.stringContaining('format 3'),
      action: expect.stringContaining('nbconvert'),
    });
    expect(problem('{"nbformat": 5, "cells": []}').action).toContain('Update');
  });
});

describe('formatNotebook', () => {
  test('keeps unknown fields at every level and the spelling of numbers', () => {
    const text = formatNotebook(
      parseNotebook(
        `{"nbformat":4,"nbformat_minor":5,"later":{"b":1.0,"a":1e-07},"metadata":{"x":12345678901234567890},"cells":[
        {"cell_type":"code","id":"a","extra":[1.50],"metadata":{},"source":"","outputs":[{"output_type":"new","z":2.0}],"execution_count":3}]}`,
      ),
    );
    for (const kept of ['"a": 1e-07', '"b": 1.0', '12345678901234567890', '1.50', '"z": 2.0'])
      expect(text).toContain(kept);
  });

  test('never stores trust, and no ids below 4.5', () => {
    const old = file([code({ metadata: { trusted: true, tags: ['t'] } })], { nbformat_minor: 4 });
    const text = formatNotebook(parseNotebook(old));
    expect(text).not.toContain('trusted');
    expect(text).not.toContain('"id"');
    expect(text).toContain('"tags"');
    expect(text.endsWith('}\n')).toBe(true);
  });
});

const WRITE = `
import json, random, sys, nbformat
from nbformat.v4 import new_notebook, new_code_cell, new_markdown_cell, new_raw_cell, new_output
pieces = ['a', ' ', '\\n', '\\r\\n', '\\r', '\\t', '\\x0b', '\\x0c', '\\x1c', '\\x85', '\\u2028', '\\u2029', '"', '\\\\\\\\', '/', '\\x01', '\\x7f',
  'é', '😀', '\\uffee', '</script>', '{{ x }}', '字']
values = [0, 1, -1, 1.0, 0.1, -0.0, 1e16, 1e-7, 1.5e300, 2**53, 2**70, True, None, '', [], {}, [1.0, [2, {}]], float('nan'), float('inf'), -float('inf')]
books = []
for seed in range(60):
    r = random.Random(seed)
    text = lambda: ''.join(r.choice(pieces) for _ in range(r.randrange(12)))
    def data(depth=0):
        return {(text() or 'k') + str(i): (data(depth + 1) if depth < 2 and r.random() < .3 else r.choice(values)) for i in range(r.randrange(4))}
    def bundle():
        kinds = ['text/plain', 'text/html', 'image/svg+xml', 'application/javascript', 'image/png']
        b = {k: text() for k in r.sample(kinds, r.randrange(1, 5))}
        if r.random() < .4: b['application/vnd.plotly.v1+json'] = data()
        return b
    def output():
        k = r.randrange(4)
        if k == 0: return new_output('stream', name=r.choice(['stdout', 'stderr']), text=text())
        if k == 1: return new_output('display_data', bundle(), metadata=data())
        if k == 2: return new_output('execute_result', bundle(), execution_count=r.randrange(1, 9))
        return new_output('error', ename=text(), evalue=text(), traceback=[text(), text()])
    cells = []
    for i in range(r.randrange(6)):
        k = r.randrange(3)
        if k == 0: cells.append(new_code_cell(text(), outputs=[output() for _ in range(r.randrange(4))], execution_count=r.choice([None, 4]), metadata=data()))
        if k == 1: cells.append(new_markdown_cell(text(), metadata=data(), **({'attachments': {'a.png': {'image/png': text()}}} if r.random() < .3 else {})))
        if k == 2: cells.append(new_raw_cell(text(), metadata={'format': 'text/x'}))
    nb = new_notebook(cells=cells, metadata={'kernelspec': {'name': 'daybook', 'display_name': 'D', 'language': 'typescript'}, **data()})
    if seed % 5 == 0:
        nb.nbformat_minor = 4
        for c in nb.cells: c.pop('id', None)
    books.append(nbformat.v4.writes(nb) + '\\n')
json.dump(books, sys.stdout)
`;

describeWith(python, 'files written by Jupyter’s nbformat', ({ program }) => {
  test('60 seeded notebooks come back byte for byte', () => {
    const run = spawnSync(program, ['-c', WRITE], { encoding: 'utf8', maxBuffer: 1 << 28 });
    expect(run.stderr).toBe('');
    const books = JSON.parse(run.stdout) as string[];
    expect(books.length).toBe(60);
    for (const [seed, text] of books.entries()) expect(formatNotebook(parseNotebook(text)), `seed ${seed}`).toBe(text);
  });

  test('what we write is valid for nbformat', () => {
    const text = formatNotebook(
      parseNotebook(file([code({ id: undefined, source: 'a\nb' }), { cell_type: 'markdown', source: 'x' }])),
    );
    const check =
      'import sys, nbformat; nb = nbformat.reads(sys.stdin.read(), 4); nbformat.validate(nb); print(nb.cells[0].source)';
    const run = spawnSync(program, ['-c', check], { encoding: 'utf8', input: text });
    expect(run).toMatchObject({ status: 0, stdout: 'a\nb\n' });
  });
});
