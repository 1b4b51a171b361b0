import { formatNotebook } from '@daybook/shared/notebook/format';
import type { Cell, Notebook } from '@daybook/shared/notebook/notebook';
import { parseNotebook } from '@daybook/shared/notebook/parse';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { createNotebookDocument } from './notebook-document.ts';
import type { SharedDocument } from './shared-document.ts';
import { notebookOf } from './testing/home.ts';
import { createRandom } from './testing/typist.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const read = (document: SharedDocument): Notebook => parseNotebook(new TextDecoder().decode(document.write()));
const shown = (document: SharedDocument) => read(document).cells.map(({ id, source }) => `${id}: ${source}`);

/** A document filled from `base`, edited to be `ours`, with `theirs` merged in. */
function merged(base: string, ours: string, theirs: string): SharedDocument {
  const document = createNotebookDocument();
  document.fill(bytes(base));
  document.merge(bytes(base), bytes(ours)); // nothing was changed here yet, so this is plain editing
  document.merge(bytes(base), bytes(theirs));
  return document;
}

describe('mergeNotebook [R9]', () => {
  const base = notebookOf({ a: 'one\ntwo\nthree', b: 'bee', c: 'sea' });

  test('different places of one source both arrive', () => {
    const document = merged(
      base,
      notebookOf({ a: 'ONE\ntwo\nthree', b: 'bee', c: 'sea' }),
      notebookOf({ a: 'one\ntwo\nTHREE', b: 'bee', c: 'sea' }),
    );
    expect(shown(document)).toEqual(['a: ONE\ntwo\nTHREE', 'b: bee', 'c: sea']);
  });

  test('the same place: ours stays, theirs follows as a marked cell', () => {
    const document = merged(
      base,
      notebookOf({ a: 'ours', b: 'bee', c: 'sea' }),
      notebookOf({ a: 'theirs', b: 'bee', c: 'sea' }),
    );
    const { cells } = read(document);
    expect(cells.map(({ source }) => source)).toEqual(['ours', 'theirs', 'bee', 'sea']);
    expect(cells[1]?.metadata).toEqual({ daybook: { conflict: 'a' } });
    expect(new Set(cells.map(({ id }) => id)).size).toBe(4);
  });

  test('deleted on one side and edited on the other: the edit stays, both ways', () => {
    const without = notebookOf({ a: 'one\ntwo\nthree', c: 'sea' });
    const edited = notebookOf({ a: 'one\ntwo\nthree', b: 'bee!', c: 'sea' });
    expect(shown(merged(base, edited, without))).toContain('b: bee!');
    expect(shown(merged(base, without, edited))).toEqual(['a: one\ntwo\nthree', 'b: bee!', 'c: sea']);
    expect(shown(merged(base, base, without))).toEqual(['a: one\ntwo\nthree', 'c: sea']);
  });

  test('their order counts where ours is unchanged', () => {
    const turned = notebookOf({ c: 'sea', a: 'one\ntwo\nthree', b: 'bee' });
    expect(shown(merged(base, base, turned)).map((cell) => cell[0])).toEqual(['c', 'a', 'b']);
  });

  test('metadata merges by key and outputs come from the side that ran', () => {
    const cell = (fields: Partial<Cell>): string =>
      formatNotebook({
        nbformat: 4,
        nbformat_minor: 5,
        metadata: { kept: 1, ...(fields.metadata === undefined ? {} : { theirs: 2 }) },
        cells: [
          {
            id: 'a',
            cell_type: 'code',
            source: 's',
            metadata: {},
            outputs: [],
            execution_count: null,
            ...fields,
          } as Cell,
        ],
      });
    const ran = cell({
      metadata: { tags: ['x'] },
      execution_count: 2,
      outputs: [{ output_type: 'stream', name: 'stdout', text: 'hi' }],
    });
    const notebook = read(merged(cell({}), cell({}), ran));
    expect(notebook.metadata).toEqual({ kept: 1, theirs: 2 });
    expect(notebook.cells[0]).toMatchObject({
      metadata: { tags: ['x'] },
      execution_count: 2,
      outputs: [{ text: 'hi' }],
    });
  });

  test('a file without ids keeps the identity of its cells', () => {
    const plain = JSON.parse(notebookOf({ a: 'one\ntwo\nthree', b: 'bee changed', c: 'sea' }));
    plain.nbformat_minor = 4;
    for (const cell of plain.cells) delete cell.id;
    expect(shown(merged(base, base, JSON.stringify(plain)))).toEqual([
      'a: one\ntwo\nthree',
      'b: bee changed',
      'c: sea',
    ]);
  });

  test('without a base nothing is overwritten', () => {
    const document = createNotebookDocument();
    document.fill(bytes(notebookOf({ a: 'ours', b: 'same' })));
    document.merge(undefined, bytes(notebookOf({ a: 'theirs', b: 'same', c: 'new' })));
    expect(read(document).cells.map(({ source }) => source)).toEqual(['ours', 'theirs', 'same', 'new']);
  });

  for (let seed = 1; seed <= 40; seed += 1) {
    test(`seed ${seed}: no word of either side is lost, and one-sided changes arrive exactly`, () => {
      const random = createRandom(seed);
      let words = 0;
      const word = (side: string) => `${side}${words++}`;
      const start = Object.fromEntries(
        Array.from({ length: 6 }, (_, at) => [`c${at}`, [word('o'), word('o'), word('o')].join('\n')]),
      );
      const edit = (side: string): Record<string, string> => {
        let entries = Object.entries(start).map(([id, text]): [string, string] => {
          if (random() < 0.6) return [id, text];
          const lines = text.split('\n');
          lines.splice(Math.floor(random() * 4), 0, word(side));
          return [id, lines.join('\n')];
        });
        if (random() < 0.5) entries = entries.filter(([id, text]) => text !== start[id] || random() < 0.7);
        if (random() < 0.6) entries.splice(Math.floor(random() * entries.length), 0, [word(side), word(side)]);
        if (random() < 0.3) entries.reverse();
        return Object.fromEntries(entries);
      };
      const [ours, theirs] = [edit('a'), edit('b')];
      const [b, o, t] = [start, ours, theirs].map(notebookOf) as [string, string, string];
      const document = merged(b, o, t);
      const { cells } = read(document);
      const text = cells
        .map(({ source }) => source)
        .join('\n')
        .split('\n');
      const typed = [...Object.values(ours), ...Object.values(theirs)].flatMap((source) => source.split('\n'));
      for (const each of typed.filter((line) => /^[ab]\d/.test(line))) expect(text).toContain(each);
      expect(new Set(cells.map(({ id }) => id)).size).toBe(cells.length);
      expect(new TextDecoder().decode(merged(b, b, t).write())).toBe(t);
      expect(new TextDecoder().decode(merged(b, o, b).write())).toBe(o);
      const again = Y.encodeStateVector(document.doc);
      document.merge(bytes(t), bytes(t));
      expect(Y.encodeStateVector(document.doc)).toEqual(again);
    });
  }
});
