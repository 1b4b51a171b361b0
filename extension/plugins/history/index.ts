import { VERSIONS_CHANGED, type Version } from '@daybook/shared/api/versions';
import { ILabShell, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { DocumentWidget } from '@jupyterlab/docregistry';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { Widget } from '@lumino/widgets';
import { IRoomEvents, IRooms, ITopBar, type RoomEvents, type Rooms, type TopBarItems } from '../../tokens.ts';
import { button } from '../../widgets/grid/element.ts';
import { VersionActions } from './actions.ts';
import { HistoryClient } from './client.ts';
import { DiffView } from './diff-view.ts';
import { historyIcon } from './icon.ts';
import { VersionsPanel } from './panel.ts';

const SHOW = 'daybook:show-versions';

/** The versions of documents: a panel, a comparison, restoring. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:history',
  description: 'Versions of documents: named, compared, restored.',
  autoStart: true,
  requires: [ILabShell, INotebookTracker],
  optional: [ITopBar, ICommandPalette, IRooms, IRoomEvents],
  activate: (
    app: JupyterFrontEnd,
    shell: ILabShell,
    tracker: INotebookTracker,
    bar: TopBarItems | null,
    palette: ICommandPalette | null,
    rooms: Rooms | null,
    events: RoomEvents | null,
  ) => {
    const { commands, serviceManager } = app;
    const client = new HistoryClient(serviceManager.serverSettings);
    const now = () => new Date();
    const open = (path: string) => void commands.execute('docmanager:open', { path });
    const readOnly = () => rooms?.readOnly === true;
    const views = new Set<DiffView>();
    const changed = () => {
      void panel.refresh();
      for (const view of views) if (view.isVisible) void view.refresh();
    };
    const actions = new VersionActions({ client, open, now, changed });
    const compare = (path: string, version: Version) => {
      const known = [...views].find(({ id }) => id === `daybook-diff-${version.id}`);
      const view = known ?? new DiffView({ path, version, client, actions, now, readOnly: readOnly() });
      if (known === undefined) {
        views.add(view);
        view.disposed.connect(() => views.delete(view));
        shell.add(view, 'main', { mode: 'tab-after' });
      }
      shell.activateById(view.id);
    };
    const panel = new VersionsPanel({ client, actions, compare, now, readOnly });
    shell.add(panel, 'right', { rank: 300 });

    let following: string | undefined;
    const follow = () => {
      const { currentWidget } = shell;
      // A comparison in front is of the same document.
      following = currentWidget instanceof DiffView ? currentWidget.path : pathOf(currentWidget, rooms);
      panel.follow(following);
      entry.hidden = following === undefined;
    };
    const entry = button('', () => void commands.execute(SHOW), {
      class: 'db-Chip db-IconChip',
      attributes: { title: 'Versions', 'aria-label': 'Versions' },
    });
    historyIcon.element({ container: entry });
    bar?.add(entry);
    commands.addCommand(SHOW, {
      label: 'Versions of This Document',
      isEnabled: () => following !== undefined,
      execute: () => {
        const shown = panel.isVisible;
        if (shown) shell.collapseRight();
        else shell.activateById(panel.id);
      },
      describedBy: { args: { type: 'object', properties: {} } },
    });
    palette?.addItem({ command: SHOW, category: 'Notebook' });
    shell.currentChanged.connect(follow);
    tracker.currentChanged.connect(follow);
    rooms?.changed.connect(follow);
    events?.follow(VERSIONS_CHANGED, ({ path }) => {
      if (serviceManager.contents.localPath(path) === following) changed();
    });
    tracker.widgetAdded.connect((_sender, { context }) => {
      context.pathChanged.connect(follow);
      context.fileChanged.connect(changed);
    });
    follow();
  },
};

/** The path of what is shown, when it has versions: notebooks, and texts that have a room. */
function pathOf(widget: Widget | null, rooms: Rooms | null): string | undefined {
  if (!(widget instanceof DocumentWidget)) return undefined;
  const { context } = widget;
  const hasVersions = widget instanceof NotebookPanel || rooms?.of(context.model?.sharedModel) !== undefined;
  return hasVersions ? context.localPath : undefined;
}

export default plugin;
