import { type Extension, Prec } from '@codemirror/state';
import { type EditorView, keymap } from '@codemirror/view';
import { DaybookError } from '@daybook/shared/errors/error';
import { InputDialog, Notification } from '@jupyterlab/apputils';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { CellPlace, CellService } from './cell-service.ts';

/** F2 gives the name at the cursor another one, in every cell that means the same thing. */
export function renameSymbol(model: CodeEditor.IModel, cells: CellService): Extension {
  const rename = (view: EditorView) => {
    const cell = cells.cell(model);
    const word = view.state.wordAt(view.state.selection.main.head);
    if (cell === undefined || word === null) return false;
    void ask({ cell, cells, view }, view.state.sliceDoc(word.from, word.to), word.from);
    return true;
  };
  return Prec.high(keymap.of([{ key: 'F2', run: rename, preventDefault: true, stopPropagation: true }]));
}

async function ask(
  { cell, cells, view }: { cell: CellPlace; cells: CellService; view: EditorView },
  word: string,
  offset: number,
): Promise<void> {
  const { value, button } = await InputDialog.getText({ title: `Rename “${word}”`, text: word, okLabel: 'Rename' });
  view.focus();
  if (!button.accept || value === null || value === '' || value === word) return;
  try {
    const { edits } = await cells.rename(cell, offset, value);
    const models = new Map([...(cell.panel.content.model?.cells ?? [])].map((each) => [each.id, each.sharedModel]));
    for (const { cellId, start, end, text } of edits) models.get(cellId)?.updateSource(start, end, text);
    if (edits.length === 0) Notification.info(`“${word}” cannot be renamed here.`, { autoClose: 4_000 });
  } catch (error) {
    if (!(error instanceof DaybookError)) throw error;
    Notification.warning([error.message, error.action].filter(Boolean).join(' '), { autoClose: 6_000 });
  }
}
