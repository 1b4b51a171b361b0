import type { CodeCell, ICellModel } from '@jupyterlab/cells';
import type { INotebookModel } from '@jupyterlab/notebook';
import { newestRun } from '../../runs/marks.ts';
import type { CellMarks } from '../../tokens.ts';
import type { ExecutionTimes } from './elapsed.ts';
import type { CellFacts } from './header-model.ts';
import { readSource } from './kinds.ts';
import { notebookLanguage } from './notebook-language.ts';

/** Reads what the header shows from a live cell. */
export function cellFacts(cell: CodeCell, notebook: INotebookModel | null | undefined, marks: CellMarks): CellFacts {
  const { model } = cell;
  return {
    source: model.sharedModel.getSource(),
    title: titleOf(model),
    executionState: model.executionState ?? 'idle',
    executionCount: model.executionCount,
    dirty: model.isDirty,
    hasOutputs: model.outputs.length > 0,
    failed: hasError(cell),
    notRun: wasNotRun(cell),
    run: newestRun(model),
    times: (model.getMetadata('execution') as ExecutionTimes | undefined) ?? {},
    language: notebookLanguage(notebook),
    mark: marks.get(model),
  };
}

/** The title in the cell's metadata, empty without one. */
export function titleOf(cell: ICellModel): string {
  const { title } = (cell.getMetadata('daybook') as { title?: unknown } | undefined) ?? {};
  return typeof title === 'string' ? title : '';
}

/** Names that cells above `index` give their results, nearest last. */
export function resultNames(notebook: INotebookModel, index = notebook.cells.length): string[] {
  const names: string[] = [];
  if (!notebookLanguage(notebook).hasKinds) return names;
  for (let at = 0; at < Math.min(index, notebook.cells.length); at += 1) {
    const model = notebook.cells.get(at);
    if (model.type !== 'code') continue;
    const { result } = readSource(model.sharedModel.getSource()).options;
    if (result !== undefined) names.push(result);
  }
  return names;
}

function hasError(cell: CodeCell): boolean {
  const { outputs } = cell.model;
  for (let at = 0; at < outputs.length; at += 1) if (outputs.get(at).type === 'error') return true;
  return false;
}

/** It waited when its kernel ended. */
function wasNotRun({ model: { outputs } }: CodeCell): boolean {
  return outputs.length === 1 && outputs.get(0).toJSON().ename === 'NotRun';
}
