import { COMMENTS_EVENT, CommentsEvent, LONGEST_QUOTE } from '@daybook/shared/api/comments';
import { NOTIFICATIONS_EVENT } from '@daybook/shared/api/notifications';
import { ILabShell, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { type Cell, CodeCell } from '@jupyterlab/cells';
import { EditorExtensionRegistry, IEditorExtensionRegistry } from '@jupyterlab/codemirror';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import {
  type CellTalks,
  type CommentsPanel,
  ICellTalks,
  ICommentsPanel,
  IRoomEvents,
  ITopBar,
  type RoomEvents,
  type TopBarItems,
} from '../../tokens.ts';
import { widenRight } from '../shell/first-layout.ts';
import { commentsApi } from './api.ts';
import { firstLine, NotebookComments } from './notebook-comments.ts';
import { CommentsPanelWidget } from './panel.ts';
import { RangeMarks } from './range-marks.ts';
import { offerOnSelection, selectedIn } from './selection-button.ts';
import { CommentsButton } from './top-bar-button.ts';

const COMMANDS = {
  toggle: 'daybook:comments',
  comment: 'daybook:comment',
  output: 'daybook:comment-output',
  notebook: 'daybook:comment-notebook',
} as const;

const plugin: JupyterFrontEndPlugin<CommentsPanel> = {
  id: '@daybook/extension:comments',
  description: 'Comments on notebooks, their cells, lines and outputs.',
  autoStart: true,
  requires: [ILabShell, INotebookTracker, IEditorExtensionRegistry, ICellTalks],
  optional: [ITopBar, IRoomEvents, ICommandPalette],
  provides: ICommentsPanel,
  activate: (
    app: JupyterFrontEnd,
    shell: ILabShell,
    tracker: INotebookTracker,
    extensions: IEditorExtensionRegistry,
    talks: CellTalks,
    bar: TopBarItems | null,
    events: RoomEvents | null,
    palette: ICommandPalette | null,
  ): CommentsPanel => {
    const { commands, serviceManager } = app;
    const api = commentsApi(serviceManager.serverSettings);
    const all = new Map<NotebookPanel, NotebookComments>();
    const localPath = (path: string) => serviceManager.contents.localPath(path);
    const current = () => {
      const { currentWidget } = tracker;
      return currentWidget === null ? undefined : all.get(currentWidget);
    };

    const panel = new CommentsPanelWidget(() => hide());
    shell.add(panel, 'right', { rank: 200 });
    const button = new CommentsButton(() => toggle());
    bar?.add(button.node, 'last');
    const marks = new RangeMarks((thread) => current()?.show(thread));
    extensions.addExtension({
      name: 'daybook-comments',
      factory: ({ model }) =>
        'type' in model ? EditorExtensionRegistry.createImmutableExtension(marks.extension(model)) : null,
    });

    function show(): void {
      shell.activateById(panel.id);
      // The way here is the bar's button; the strip of tabs beside the panel comes with its first one.
      if (shell.isSideTabBarVisible('right')) shell.toggleSideTabBarVisibility('right');
      widenRight(shell, panel);
      requestAnimationFrame(() => widenRight(shell, panel));
      panel.focus();
    }
    function hide(): void {
      shell.collapseRight();
      current()?.leave();
    }
    function toggle(): void {
      if (panel.isVisible) hide();
      else show();
    }
    function follow(): void {
      const { currentWidget } = shell;
      const comments = currentWidget instanceof NotebookPanel ? all.get(currentWidget) : current();
      panel.follow(comments);
      button.show({
        notebook: currentWidget instanceof NotebookPanel,
        open: panel.isVisible,
        unread: comments?.store.unread ?? 0,
      });
    }
    function add(notebook: NotebookPanel): void {
      if (all.has(notebook)) return;
      const comments = new NotebookComments(notebook, {
        api,
        talks,
        marks,
        path: () => localPath(notebook.context.path),
        show,
      });
      all.set(notebook, comments);
      comments.changed.connect(follow);
      comments.store.read.connect(() => {
        const people = [comments.store.you?.person.id ?? ''];
        events?.tell({ path: notebook.context.path, kind: NOTIFICATIONS_EVENT, body: { people } });
      });
      notebook.disposed.connect(() => {
        all.delete(notebook);
        follow();
      });
      follow();
    }
    tracker.forEach(add);
    tracker.widgetAdded.connect((_sender, notebook) => add(notebook));
    shell.currentChanged.connect(follow);
    shell.layoutModified.connect(() => void requestAnimationFrame(follow));
    events?.follow(COMMENTS_EVENT, ({ path, body }) => {
      const event = CommentsEvent.safeParse(body).data;
      if (event === undefined) return;
      for (const [notebook, comments] of all)
        if (localPath(notebook.context.path) === localPath(path)) void comments.store.hear(event.thread, event.gone);
    });

    /** What is selected, or else the active cell. */
    function comment(): void {
      const comments = current();
      if (comments === undefined) return;
      const selected = selectedIn(comments.panel);
      const cell = selected?.cell ?? comments.panel.content.activeCell;
      if (cell === null) comments.compose({ type: 'notebook' });
      else if (selected === undefined || selected.where === 'editor') comments.compose(comments.anchorFor(cell));
      else {
        const type = selected.where === 'output' ? 'output' : 'cell';
        comments.compose({ type, cell: cell.model.id, quote: selected.words.slice(0, LONGEST_QUOTE) });
      }
    }
    const mayComment = () => current()?.mayComment === true;
    const hasOutput = (cell: Cell | null): cell is CodeCell =>
      cell instanceof CodeCell && cell.model.outputs.length > 0;
    const described = { describedBy: { args: { type: 'object', properties: {} } } } as const;

    commands.addCommand(COMMANDS.toggle, {
      label: 'Comments',
      isToggleable: true,
      isToggled: () => panel.isVisible,
      execute: toggle,
      ...described,
    });
    commands.addCommand(COMMANDS.comment, { label: 'Comment', isEnabled: mayComment, execute: comment, ...described });
    commands.addCommand(COMMANDS.output, {
      label: 'Comment on the Output',
      isEnabled: () => mayComment() && hasOutput(tracker.activeCell),
      execute: () => {
        const comments = current();
        const cell = tracker.activeCell;
        if (comments === undefined || !hasOutput(cell)) return;
        const selected = selectedIn(comments.panel);
        const words =
          selected?.where === 'output' && selected.cell === cell
            ? selected.words
            : `Output of ${firstLine(cell.model)}`;
        comments.compose({ type: 'output', cell: cell.model.id, quote: words.slice(0, LONGEST_QUOTE) });
      },
      ...described,
    });
    commands.addCommand(COMMANDS.notebook, {
      label: 'Comment on the Notebook',
      isEnabled: mayComment,
      execute: () => current()?.compose({ type: 'notebook' }),
      ...described,
    });
    for (const command of Object.values(COMMANDS)) palette?.addItem({ command, category: 'Comments' });
    offerOnSelection({ panel: () => tracker.currentWidget, offered: mayComment, comment });

    return {
      async showThread(path, thread) {
        const wanted = localPath(path);
        await commands.execute('docmanager:open', { path: wanted });
        const found = [...all].find(([notebook]) => localPath(notebook.context.path) === wanted);
        if (found === undefined) return;
        const [notebook, comments] = found;
        await notebook.revealed;
        await comments.store.refresh();
        shell.activateById(notebook.id);
        comments.show(thread);
        void comments.goTo(thread);
      },
    };
  },
};

export default plugin;
