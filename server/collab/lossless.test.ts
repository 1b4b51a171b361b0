import { formatNotebook } from '@daybook/shared/notebook/format';
import type { Notebook } from '@daybook/shared/notebook/notebook';
import { parseNotebook } from '@daybook/shared/notebook/parse';
import { NotebookMaker } from '@daybook/shared/notebook/testing/random-notebook';
import { describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { createNotebookDocument } from './notebook-document.ts';

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (file: Uint8Array) => new TextDecoder().decode(file);

/** The file of a document that was filled from this one, as another client would have it. */
function throughDocument(file: string): string {
  const document = createNotebookDocument();
  document.fill(bytes(file));
  const copy = createNotebookDocument();
  Y.applyUpdateV2(copy.doc, Y.encodeStateAsUpdateV2(document.doc));
  return text(copy.write());
}

const file = (cells: string, rest = '"metadata":{}') => `{"nbformat":4,"nbformat_minor":5,${rest},"cells":[${cells}]}`;

describe('[R5] a file comes back out of the document as it went in', () => {
  test.each([0, 100, 200, 300])('property: seeds from %i', (first) => {
    for (let seed = first; seed < first + 100; seed += 1) {
      const written = formatNotebook(new NotebookMaker(seed).notebook());
      expect(throughDocument(written), `seed ${seed}`).toBe(written);
    }
  });

  test('unknown fields at every level, attachments, raw cells and multi-line texts of every kind', () => {
    const written = formatNotebook(
      parseNotebook(
        file(
          `{"cell_type":"raw","id":"r","metadata":{"format":"text/x"},"source":["a\\n","b"],"attachments":{"a.png":{"image/png":["aGk=\\n","aGk="]}}},
           {"cell_type":"code","id":"c","metadata":{"deep":{"er":[1,{"x":null}]}},"source":"","execution_count":2,"mine":{"a":[]},
            "outputs":[{"output_type":"stream","name":"stdout","text":["1\\r\\n","2\\u2028"],"extra":1},
                       {"output_type":"display_data","data":{"text/html":["<b>\\n","</b>"],"application/vnd.x+json":["not","joined"],"image/png":"aGk=\\n"},"metadata":{"image/png":{"width":1}}},
                       {"output_type":"update_display_data","data":{}},{"output_type":"error","ename":"E","evalue":"","traceback":["a\\nb"]}]}`,
          '"metadata":{"kernelspec":{"name":"daybook"},"unknown":{"a":{"b":[[]]}}},"later":{"v":1}',
        ),
      ),
    );
    expect(throughDocument(written)).toBe(written);
  });

  test('numbers that are none stay what they are', () => {
    const data = '{"application/json":{"a":NaN,"b":[Infinity,-Infinity],"c":1e300,"d":-0.5}}';
    const output = `{"output_type":"display_data","data":${data},"metadata":{}}`;
    const written = formatNotebook(
      parseNotebook(
        file(`{"cell_type":"code","id":"c","metadata":{},"source":"","execution_count":null,"outputs":[${output}]}`),
      ),
    );
    const again = throughDocument(written);
    for (const kept of ['"a": NaN', 'Infinity', '-Infinity']) expect(again).toContain(kept);
    expect(again).toBe(written.replace('1e300', '1e+300'));
  });
});

describe('[R9] the regressions that must not come back', () => {
  const cell = (id: string, source: string) => ({
    id,
    cell_type: 'code' as const,
    source,
    metadata: {},
    outputs: [],
    execution_count: null,
  });
  const book = (...cells: ReturnType<typeof cell>[]): Notebook => ({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {},
    cells,
  });
  const open = (notebook: Notebook) => {
    const document = createNotebookDocument();
    document.fill(bytes(formatNotebook(notebook)));
    return document;
  };
  const told = (document: ReturnType<typeof open>) =>
    parseNotebook(text(document.write())).cells.map(({ id, source }) => `${id}: ${source}`);

  test('a git change overwritten: both changes are there after the merge', () => {
    const base = book(cell('a', '1'), cell('b', '2'));
    const document = open(base);
    const a = document.doc.getArray<Y.Map<unknown>>('cells').get(0).get('source') as Y.Text;
    a.insert(1, ' mine');
    const theirs = formatNotebook(book(cell('a', '1'), cell('b', '2 by git'), cell('c', 'new')));
    document.merge(bytes(formatNotebook(base)), bytes(theirs));
    expect(told(document)).toEqual(['a: 1 mine', 'b: 2 by git', 'c: new']);
  });

  test('a stale tab rolling colleagues back: what it missed stays, what it wrote is added', () => {
    const document = open(book(cell('a', 'old'), cell('b', '2')));
    const stale = new Y.Doc();
    Y.applyUpdate(stale, Y.encodeStateAsUpdate(document.doc));
    const source = (doc: Y.Doc, at: number) => doc.getArray<Y.Map<unknown>>('cells').get(at).get('source') as Y.Text;
    document.doc.transact(() => {
      source(document.doc, 0).delete(0, 3);
      source(document.doc, 0).insert(0, 'by colleagues');
    });
    source(stale, 1).insert(1, ' from the stale tab');
    Y.applyUpdate(document.doc, Y.encodeStateAsUpdate(stale, Y.encodeStateVector(document.doc)));
    document.repair();
    expect(told(document)).toEqual(['a: by colleagues', 'b: 2 from the stale tab']);
  });

  test('cells duplicated after a restart: the same file merged again adds nothing', () => {
    const base = book(cell('a', '1'), cell('b', '2'));
    const file_ = bytes(formatNotebook(base));
    const document = open(base);
    for (const known of [file_, undefined]) {
      document.merge(known, file_);
      expect(told(document)).toEqual(['a: 1', 'b: 2']);
    }
    const restarted = createNotebookDocument();
    Y.applyUpdate(restarted.doc, Y.encodeStateAsUpdate(document.doc));
    restarted.merge(undefined, file_);
    expect(told(restarted)).toEqual(['a: 1', 'b: 2']);
  });
});
