import { type Extension, Prec } from '@codemirror/state';
import { EditorView, keymap } from '@codemirror/view';
import type { DefinitionTarget } from '@daybook/shared/api/editor';
import type { CodeEditor } from '@jupyterlab/codeeditor';
import type { CodeMirrorEditor } from '@jupyterlab/codemirror';
import type { IDocumentWidget } from '@jupyterlab/docregistry';
import { FileEditor } from '@jupyterlab/fileeditor';
import type { NotebookPanel } from '@jupyterlab/notebook';
import type { CommandRegistry } from '@lumino/commands';
import { announce } from './announce.ts';
import type { CellService } from './cell-service.ts';
import { pathFrom } from './path.ts';

/** F12, or a click with Ctrl or Cmd: to where a name is defined, in a cell or in a file of the workspace. */
export function goToDefinition(model: CodeEditor.IModel, cells: CellService, commands: CommandRegistry): Extension {
  const go = (view: EditorView, offset: number) => {
    void follow({ model, cells, commands }, offset).then((found) => {
      if (!found) announce('No definition is known here.');
      else if (!view.dom.isConnected) announce('Definition');
    });
    return true;
  };
  return [
    Prec.high(
      keymap.of([{ key: 'F12', run: (view) => go(view, view.state.selection.main.head), preventDefault: true }]),
    ),
    EditorView.domEventHandlers({
      mousedown: (event, view) => {
        if (event.button !== 0 || !(event.ctrlKey || event.metaKey)) return false;
        const offset = view.posAtCoords({ x: event.clientX, y: event.clientY });
        return offset !== null && go(view, offset);
      },
    }),
  ];
}

interface From {
  readonly model: CodeEditor.IModel;
  readonly cells: CellService;
  readonly commands: CommandRegistry;
}

async function follow({ model, cells, commands }: From, offset: number): Promise<boolean> {
  const cell = cells.cell(model);
  const target = cell && (await cells.definition(cell, offset))?.targets[0];
  if (cell === undefined || target === undefined) return false;
  if ('cellId' in target) return showCell(cell.panel, target);
  const path = pathFrom(cell.panel.context.path, target.path);
  if (path === undefined) return false;
  return showFile(commands, path, target);
}

async function showCell(
  { content }: NotebookPanel,
  { cellId, start, end }: Extract<DefinitionTarget, { cellId: string }>,
): Promise<boolean> {
  const index = content.widgets.findIndex(({ model }) => model.id === cellId);
  const cell = content.widgets[index];
  if (cell === undefined) return false;
  content.activeCellIndex = index;
  await content.scrollToItem(index, 'smart');
  await cell.ready;
  const editor = cell.editor as CodeMirrorEditor | null;
  if (editor === null) return false;
  content.mode = 'edit';
  editor.editor.dispatch({ selection: { anchor: start, head: end }, scrollIntoView: true });
  editor.focus();
  return true;
}

async function showFile(
  commands: CommandRegistry,
  path: string,
  { line, column }: { readonly line: number; readonly column: number },
): Promise<boolean> {
  const data = /\.(csv|tsv|json|parquet|ndjson|jsonl)$/i.test(path);
  const opened: unknown = await commands.execute('docmanager:open', data ? { path } : { path, factory: 'Editor' });
  if (data || !isFile(opened)) return true;
  await opened.context.ready;
  const { editor } = opened.content;
  const position = { line: line - 1, column: column - 1 };
  editor.setCursorPosition(position);
  editor.revealPosition(position);
  editor.focus();
  return true;
}

function isFile(widget: unknown): widget is IDocumentWidget<FileEditor> {
  return typeof widget === 'object' && widget !== null && 'content' in widget && widget.content instanceof FileEditor;
}
