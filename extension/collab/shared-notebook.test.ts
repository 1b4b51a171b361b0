import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import * as Y from 'yjs';
import { SharedNotebook } from './shared-notebook.ts';

const notebooks: SharedNotebook[] = [];
afterEach(() => {
  for (const notebook of notebooks.splice(0)) notebook.dispose();
});

function open(): SharedNotebook {
  const notebook = new SharedNotebook();
  notebooks.push(notebook);
  return notebook;
}

/** Two who have the same notebook open; every change arrives at once. */
function two(): { ada: SharedNotebook; grace: SharedNotebook } {
  const [ada, grace] = [open(), open()];
  const join = (from: SharedNotebook, to: SharedNotebook) =>
    from.ydoc.on('update', (update: Uint8Array, origin: unknown) => {
      if (origin !== 'remote') Y.applyUpdate(to.ydoc, update, 'remote');
    });
  join(ada, grace);
  join(grace, ada);
  return { ada, grace };
}

const code = (id: string, source = id) => ({ cell_type: 'code', id, source, metadata: {} });
const ids = (notebook: SharedNotebook) => notebook.cells.map((cell) => cell.id);
const source = (notebook: SharedNotebook, index: number) => notebook.getCell(index).getSource();

describe('undo in a cell [C15]', () => {
  test('takes back one’s own words and leaves those of a colleague between them', () => {
    const { ada, grace } = two();
    ada.insertCell(0, code('a', ''));
    ada.getCell(0).undoManager?.stopCapturing();
    ada.getCell(0).updateSource(0, 0, 'mine mine');
    grace.getCell(0).updateSource(4, 4, ' HERS');
    expect(source(ada, 0)).toBe('mine HERS mine');
    ada.getCell(0).undo();
    expect([source(ada, 0), source(grace, 0)]).toEqual([' HERS', ' HERS']);
    ada.getCell(0).redo();
    expect(source(grace, 0)).toBe('mine HERS mine');
  });

  test('does nothing when all was written by somebody else, or is an output', () => {
    const { ada, grace } = two();
    grace.insertCell(0, code('a', 'hers'));
    ada.ydoc.transact(() => ada.getCell(0).ymodel.set('execution_count', 3), 'server');
    expect(ada.getCell(0).undo()).toBe(false);
    expect(ada.undo()).toBe(false);
    expect(source(grace, 0)).toBe('hers');
  });
});

describe('undo in a notebook [C16]', () => {
  test('takes back an insertion, brings back a deletion, and redoes both', () => {
    const { ada, grace } = two();
    grace.insertCell(0, code('hers'));
    ada.insertCell(1, code('mine'));
    ada.undo();
    expect(ids(grace)).toEqual(['hers']);
    ada.redo();
    expect(ids(grace)).toEqual(['hers', 'mine']);
    ada.deleteCell(0);
    ada.undo();
    expect([ids(ada), ids(grace)]).toEqual([
      ['hers', 'mine'],
      ['hers', 'mine'],
    ]);
    expect(source(grace, 0)).toBe('hers');
  });

  test('never touches what a colleague inserted, deleted or moved', () => {
    const { ada, grace } = two();
    ada.insertCell(0, code('a'));
    grace.insertCell(1, code('b'));
    grace.insertCell(2, code('c'));
    grace.moveCell(2, 0);
    grace.deleteCell(2);
    expect(ids(ada)).toEqual(['c', 'a']);
    ada.undo();
    expect(ids(grace)).toEqual(['c']);
    expect(ada.undo()).toBe(false);
  });

  test('a cell that a colleague has written in stays, and that is said', () => {
    const { ada, grace } = two();
    ada.insertCell(0, code('a', ''));
    grace.getCell(0).updateSource(0, 0, 'hers');
    let refused = 0;
    ada.refused.connect(() => {
      refused += 1;
    });
    expect(ada.undo()).toBe(false);
    expect([source(ada, 0), refused, ada.canUndo()]).toEqual(['hers', 1, false]);
  });

  test('a cell that has outputs of the server stays', () => {
    const { ada, grace } = two();
    ada.insertCell(0, code('a', '1 + 1'));
    const outputs = grace.getCell(0).ymodel.get('outputs') as Y.Array<unknown>;
    grace.ydoc.transact(() => outputs.push([new Y.Map([['output_type', 'stream']])]), 'server');
    expect(ada.undo()).toBe(false);
    expect(ids(grace)).toEqual(['a']);
  });

  test('words of a colleague that are gone again do not stand in the way', () => {
    const { ada, grace } = two();
    ada.insertCell(0, code('a', ''));
    grace.getCell(0).updateSource(0, 0, 'hers');
    grace.getCell(0).updateSource(0, 4, '');
    expect(ada.undo()).toBe(true);
    expect(ids(grace)).toEqual([]);
  });
});

describe('undo through deletions that were undone themselves [C16]', () => {
  test('takes back the insertion of a cell that came back', () => {
    const { ada, grace } = two();
    ada.insertCell(0, code('a'));
    ada.deleteCell(0);
    ada.undo();
    expect(ids(grace)).toEqual(['a']);
    ada.undo();
    expect(ids(grace)).toEqual([]);
  });

  test.each(['before', 'after'] as const)('keeps what a colleague wrote %s it came back', (when) => {
    const { ada, grace } = two();
    ada.insertCell(0, code('a', ''));
    if (when === 'before') grace.getCell(0).updateSource(0, 0, 'hers');
    ada.deleteCell(0);
    ada.undo();
    if (when === 'after') grace.getCell(0).updateSource(0, 0, 'hers');
    expect(ada.undo()).toBe(false);
    expect(source(grace, 0)).toBe('hers');
  });

  test('a step with nothing left to do does not hand its undo to a cell of others', () => {
    const { ada, grace } = two();
    ada.insertCell(0, code('a', ''));
    grace.getCell(0).updateSource(0, 0, 'hers');
    ada.insertCell(1, code('b'));
    grace.deleteCell(1);
    ada.undo();
    expect(source(grace, 0)).toBe('hers');
  });
});

const step = fc.oneof(
  fc.record({ kind: fc.constantFrom('insert', 'move', 'write'), at: fc.nat(20), to: fc.nat(20) }),
  fc.record({ kind: fc.constantFrom('undo', 'redo'), at: fc.constant(0), to: fc.constant(0) }),
);

test('whatever one inserts, moves, undoes and redoes, no word of a colleague is lost [C16 C17]', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 5, maxLength: 60 }), (steps) => {
      const { ada, grace } = two();
      const words: string[] = [];
      steps.forEach(({ kind, at, to }, index) => {
        const { length } = ada.cells;
        if (kind === 'insert') ada.insertCell(at % (length + 1), code(`c${index}`, ''));
        else if (kind === 'undo') ada.undo();
        else if (kind === 'redo') ada.redo();
        else if (length > 0 && kind === 'move') ada.moveCell(at % length, to % length);
        else if (length > 0) {
          words.push(`<${index}>`);
          grace.getCell(at % length).updateSource(0, 0, `<${index}>`);
        }
      });
      const text = ada.cells.map((cell) => cell.getSource()).join('');
      for (const word of words) expect(text.split(word).length, word).toBe(2);
      expect(new Set(ids(ada)).size).toBe(ada.cells.length);
      expect(JSON.stringify(grace.toJSON())).toBe(JSON.stringify(ada.toJSON()));
      for (const notebook of notebooks.splice(0)) notebook.dispose();
    }),
    { numRuns: 200, seed: 7 },
  );
});

describe('undo of a move [C17]', () => {
  function moved() {
    const both = two();
    both.ada.insertCells(0, [code('a'), code('b'), code('c')]);
    both.ada.moveCell(0, 2);
    expect(ids(both.grace)).toEqual(['b', 'c', 'a']);
    return both;
  }

  test('keeps what was written in the cell since', () => {
    const { ada, grace } = moved();
    grace.getCell(2).updateSource(1, 1, ' and hers');
    expect(ada.undo()).toBe(true);
    expect([ids(ada), ids(grace)]).toEqual([
      ['a', 'b', 'c'],
      ['a', 'b', 'c'],
    ]);
    expect(source(grace, 0)).toBe('a and hers');
  });

  test('is redone, and undone again', () => {
    const { ada, grace } = moved();
    ada.undo();
    ada.redo();
    expect(ids(grace)).toEqual(['b', 'c', 'a']);
    ada.undo();
    expect(ids(grace)).toEqual(['a', 'b', 'c']);
  });

  test('finds its place when the notebook has changed meanwhile', () => {
    const { ada, grace } = moved();
    grace.insertCell(0, code('new'));
    grace.deleteCell(1);
    expect(ids(ada)).toEqual(['new', 'c', 'a']);
    ada.undo();
    expect(ids(grace)).toEqual(['new', 'a', 'c']);
  });

  test('is nothing when somebody else has moved or deleted the cell since', () => {
    const { ada, grace } = moved();
    grace.deleteCell(2);
    ada.undo();
    expect(ids(grace).filter((id) => id === 'a').length).toBeLessThanOrEqual(1);
    expect(new Set(ids(grace)).size).toBe(grace.cells.length);
  });
});
