import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { IEditorServices } from '@jupyterlab/codeeditor';
import { IEditorLanguageRegistry } from '@jupyterlab/codemirror';
import { ISearchProviderRegistry } from '@jupyterlab/documentsearch';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { type CellMarks, type CellTalks, ICellMarks, ICellTalks } from '../../tokens.ts';
import { cancelWaiting } from './cancel-waiting.ts';
import { cellMenu } from './cell-menu.ts';
import { DaybookContentFactory } from './content-factory.ts';
import { NotebookFind } from './find.ts';
import { addFirstAdder } from './first-adder.ts';
import { KindMenu } from './kind-menu.ts';
import { registerSql } from './languages.ts';
import { CellMarkRegistry } from './marks.ts';
import { settleWindow } from './settle.ts';
import { followSplitAndMerge } from './split-merge.ts';
import { CellTalkRegistry } from './talks.ts';

const factory: JupyterFrontEndPlugin<NotebookPanel.IContentFactory> = {
  id: '@daybook/extension:cells',
  description: 'Cells with a kind, a title, a named result and a state.',
  autoStart: true,
  requires: [IEditorServices, IEditorLanguageRegistry, ICellMarks, ICellTalks],
  provides: NotebookPanel.IContentFactory,
  activate: (
    app: JupyterFrontEnd,
    editors: IEditorServices,
    languages: IEditorLanguageRegistry,
    marks: CellMarks,
    talks: CellTalks,
  ) => {
    registerSql(languages);
    const menu = cellMenu(app.commands);
    return new DaybookContentFactory(
      { editorFactory: editors.factoryService.newInlineEditor },
      {
        kinds: new KindMenu(),
        marks,
        talks,
        run: () => void app.commands.execute('notebook:run-cell'),
        cancel: cancelWaiting,
        interrupt: () => void app.commands.execute('notebook:interrupt-kernel'),
        more: (anchor) => menu.open(anchor.right, anchor.bottom + 4, { horizontalAlignment: 'right' }),
      },
    );
  },
};

const marks: JupyterFrontEndPlugin<CellMarks> = {
  id: '@daybook/extension:cell-marks',
  description: 'What headers show of cells beyond their own models.',
  provides: ICellMarks,
  activate: (): CellMarks => new CellMarkRegistry(),
};

const talks: JupyterFrontEndPlugin<CellTalks> = {
  id: '@daybook/extension:cell-talks',
  description: 'What headers show of comments on their cells.',
  provides: ICellTalks,
  activate: (): CellTalks => new CellTalkRegistry(),
};

const firstAdder: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:first-adder',
  description: 'Offers a new cell above the first one.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_app: JupyterFrontEnd, tracker: INotebookTracker) => {
    tracker.forEach(addFirstAdder);
    tracker.widgetAdded.connect((_sender, panel) => addFirstAdder(panel));
  },
};

const splitMerge: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:split-merge',
  description: 'Keeps the kind of cells that are split or merged.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: (app: JupyterFrontEnd, tracker: INotebookTracker) => followSplitAndMerge(app.commands, tracker),
};

const find: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:find',
  description: 'Finds and replaces in notebooks, hidden magic lines excepted.',
  autoStart: true,
  requires: [ISearchProviderRegistry],
  activate: (_app: JupyterFrontEnd, registry: ISearchProviderRegistry) => {
    registry.add('jp-notebookSearchProvider', {
      isApplicable: (widget): widget is NotebookPanel => widget instanceof NotebookPanel,
      createNew: (widget, translator) => new NotebookFind(widget as NotebookPanel, translator),
    });
  },
};

const settle: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:settle',
  description: 'Draws cells that windowing left out.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_app: JupyterFrontEnd, tracker: INotebookTracker) => {
    tracker.forEach(settleWindow);
    tracker.widgetAdded.connect((_sender, panel) => settleWindow(panel));
  },
};

export default [marks, talks, factory, firstAdder, splitMerge, find, settle];
