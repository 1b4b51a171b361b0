import type { CodeCell } from '@jupyterlab/cells';
import { type Notebook, NotebookActions } from '@jupyterlab/notebook';
import { resultNames } from './facts.ts';
import { CODE_KIND, freeName, kindOf, magicFor, magicLength, newSource, readSource, TEXT_KIND } from './kinds.ts';
import { notebookLanguage } from './notebook-language.ts';

/** Inserts a cell of this kind at `index`, makes it active and puts the cursor into it. */
export function insertCell(notebook: Notebook, index: number, kind: string): void {
  const { model } = notebook;
  if (model === null) return;
  const taken = kindOf(kind).named === true ? resultNames(model) : resultNames(model, index);
  model.sharedModel.insertCell(index, {
    cell_type: kind === TEXT_KIND ? 'markdown' : 'code',
    source: newSource(kind, taken),
    metadata: kind === TEXT_KIND ? {} : { trusted: true },
  });
  notebook.deselectAll();
  notebook.activeCellIndex = index;
  enter(notebook);
}

/** Makes a code cell another kind; its body stays. A cell that becomes text loses its magic line. */
export function changeKind(notebook: Notebook, cell: CodeCell, kind: string): void {
  const shared = cell.model.sharedModel;
  const source = shared.getSource();
  const { hasKinds } = notebookLanguage(notebook.model);
  const now = hasKinds ? readSource(source) : { kind: CODE_KIND, options: {} as Readonly<Record<string, string>> };
  const magic = hasKinds ? magicLength(source) : 0;
  const index = notebook.widgets.indexOf(cell);
  if (now.kind === kind || index < 0) return;
  notebook.deselectAll();
  notebook.activeCellIndex = index;
  const empty = source.slice(magic).trim() === '';
  if (kind === TEXT_KIND) {
    shared.updateSource(0, magic, '');
    NotebookActions.changeCellType(notebook, 'markdown');
  } else if (empty && notebook.model !== null) {
    shared.updateSource(0, source.length, newSource(kind, resultNames(notebook.model, index)));
  } else {
    const result = now.options.result ?? freeName(notebook.model === null ? [] : resultNames(notebook.model));
    shared.updateSource(0, magic, magicFor(kind, kindOf(kind).named === true ? { result } : {}));
  }
  enter(notebook);
}

/** Puts the cursor into the active cell, wherever the focus was: a menu leaves it nowhere. */
function enter(notebook: Notebook): void {
  notebook.mode = 'edit';
  const cell = notebook.activeCell;
  void cell?.ready.then(() => {
    if (notebook.activeCell === cell && notebook.mode === 'edit') cell.editor?.focus();
  });
}

/** Writes the cell's title into its metadata; an empty one removes it. */
export function setTitle(cell: CodeCell, title: string): void {
  const { title: _old, ...rest } = (cell.model.getMetadata('daybook') as Record<string, unknown> | undefined) ?? {};
  const next = title === '' ? rest : { ...rest, title };
  if (Object.keys(next).length === 0) cell.model.deleteMetadata('daybook');
  else cell.model.setMetadata('daybook', next);
}

/** Gives the cell's result a name in the magic line; an empty one removes it. */
export function setResultName(cell: CodeCell, name: string): void {
  const shared = cell.model.sharedModel;
  const source = shared.getSource();
  const { kind, options } = readSource(source);
  const { result: _old, ...rest } = options;
  shared.updateSource(0, magicLength(source), magicFor(kind, name === '' ? rest : { result: name, ...rest }));
}
