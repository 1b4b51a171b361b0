import type { INotebookTracker, Notebook } from '@jupyterlab/notebook';
import type { CommandRegistry } from '@lumino/commands';
import { resultNames } from './facts.ts';
import { notebookLanguage } from './notebook-language.ts';
import { keepKind, withoutInnerMagic } from './pieces.ts';

const SPLIT = 'notebook:split-cell-at-cursor';
const MERGE = ['notebook:merge-cells', 'notebook:merge-cell-above', 'notebook:merge-cell-below'];

/** Lets the stock commands split and merge cells with a magic line: they know only of text. */
export function followSplitAndMerge(commands: CommandRegistry, tracker: INotebookTracker): void {
  commands.commandExecuted.connect((_sender, { id }) => {
    const notebook = tracker.currentWidget?.content;
    if (notebook === undefined || !notebookLanguage(notebook.model).hasKinds) return;
    if (id === SPLIT) afterSplit(notebook);
    else if (MERGE.includes(id)) afterMerge(notebook);
  });
}

/** The last piece is active now and the piece before it stands above. */
function afterSplit(notebook: Notebook): void {
  const { model, activeCellIndex: index } = notebook;
  if (model === null || index < 1) return;
  const [above, active] = [model.cells.get(index - 1).sharedModel, model.cells.get(index).sharedModel];
  if (above.cell_type !== 'code' || active.cell_type !== 'code') return;
  const before = { first: above.getSource(), last: active.getSource() };
  const after = keepKind(before, resultNames(model));
  if (after === undefined) return;
  above.updateSource(before.first.length, before.first.length, after.first.slice(before.first.length));
  active.updateSource(0, 0, after.last.slice(0, after.last.length - before.last.length));
}

function afterMerge(notebook: Notebook): void {
  const shared = notebook.activeCell?.model.sharedModel;
  if (shared?.cell_type !== 'code') return;
  const source = shared.getSource();
  const wanted = withoutInnerMagic(source);
  if (wanted !== source) shared.setSource(wanted);
}
