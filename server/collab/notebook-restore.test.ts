import { formatNotebook } from '@daybook/shared/notebook/format';
import type { Notebook } from '@daybook/shared/notebook/notebook';
import { createRandom } from '@daybook/shared/notebook/testing/random';
import { NotebookMaker } from '@daybook/shared/notebook/testing/random-notebook';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import type { YCell } from './notebook-cells.ts';
import { createNotebookDocument, readNotebook } from './notebook-document.ts';
import { restoreCell, restoreNotebook, restoreText } from './notebook-restore.ts';

const bytes = (notebook: Notebook) => new TextEncoder().encode(formatNotebook(notebook));
const roots = (doc: Y.Doc) => ({ cells: doc.getArray<YCell>('cells'), meta: doc.getMap<unknown>('meta') });

function open(notebook: Notebook): Y.Doc {
  const document = createNotebookDocument();
  document.fill(bytes(notebook));
  return document.doc;
}

function book(...sources: string[]): Notebook {
  const cells = sources.map((source, nth) => ({
    id: `c${nth}`,
    cell_type: 'code' as const,
    source,
    metadata: {},
    outputs: [],
    execution_count: null,
  }));
  return { nbformat: 4, nbformat_minor: 5, metadata: {}, cells };
}

describe('[V5] restoring is a change forward, by cell id', () => {
  test.each([0, 50, 100, 150])('property: whatever was changed is as it was, seeds from %i', (first) => {
    for (let seed = first; seed < first + 50; seed += 1) {
      const maker = new NotebookMaker(seed);
      const { later: _, ...before } = maker.notebook(4 + maker.below(6)) as Notebook & { later?: unknown };
      const doc = open(before);
      const wanted = readNotebook(doc);
      restoreNotebook(roots(doc), readNotebook(open(maker.edited(before, 1 + maker.below(8)))));
      doc.transact(() => restoreNotebook(roots(doc), wanted));
      expect(readNotebook(doc), `seed ${seed}`).toEqual(wanted);
    }
  });

  test('what is equal is not touched: nothing is sent', () => {
    const doc = open(new NotebookMaker(3).notebook(6));
    let updates = 0;
    doc.on('update', () => {
      updates += 1;
    });
    doc.transact(() => restoreNotebook(roots(doc), readNotebook(doc)));
    expect(updates).toBe(0);
  });

  test('a colleague’s undo still takes back their own words alone', () => {
    const doc = open(book('one\ntwo\nthree\n', 'x'));
    const wanted = readNotebook(doc);
    const colleague = new Y.Doc();
    Y.applyUpdate(colleague, Y.encodeStateAsUpdate(doc));
    doc.on('update', (update: Uint8Array) => Y.applyUpdate(colleague, update, 'remote'));
    colleague.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'remote') Y.applyUpdate(doc, update, 'remote');
    });
    const undo = new Y.UndoManager(colleague.getArray('cells'), { trackedOrigins: new Set(['me']) });
    const source = (of: Y.Doc, at: number) => of.getArray<YCell>('cells').get(at).get('source') as Y.Text;
    colleague.transact(() => source(colleague, 0).insert(4, 'mine '), 'me');
    doc.transact(() => source(doc, 1).insert(0, 'theirs'));
    colleague.transact(() => source(colleague, 1).insert(7, ' and mine'), 'me');
    doc.transact(() => restoreCell(roots(doc).cells, wanted.cells[1] as never, []));
    expect(source(colleague, 1).toString()).toBe('x');
    undo.undo();
    expect(source(doc, 0).toString()).toBe('one\ntwo\nthree\n');
    expect(source(doc, 1).toString()).toBe('x');
  });

  test('text: property', () => {
    for (let seed = 0; seed < 200; seed += 1) {
      const random = createRandom(seed);
      const pieces = ['a', 'b', '\n', '\n', '😀'];
      const text = () => Array.from({ length: random() * 12 }, () => pieces[Math.floor(random() * 5)]).join('');
      const doc = new Y.Doc();
      const live = doc.getText('source');
      live.insert(0, text());
      const wanted = text();
      restoreText(live, wanted);
      expect(live.toString(), `seed ${seed}`).toBe(wanted);
    }
  });

  test('one cell comes back to its place, or to the nearest that is left', () => {
    const wanted = book('0', '1', '2', '3');
    const doc = open(wanted);
    const { cells } = roots(doc);
    cells.delete(1, 2);
    restoreCell(cells, wanted.cells[2] as never, ['c1', 'c0']);
    expect(readNotebook(doc).cells.map(({ id }) => id)).toEqual(['c0', 'c2', 'c3']);
    cells.delete(0, 1);
    restoreCell(cells, wanted.cells[1] as never, ['c0']);
    expect(readNotebook(doc).cells.map(({ id }) => id)).toEqual(['c1', 'c2', 'c3']);
  });
});
