import { IConnectionLost, ILabShell, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDocumentWidgetOpener } from '@jupyterlab/docmanager';
import { DocumentWidget } from '@jupyterlab/docregistry';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import { IMainMenu, type MainMenu } from '@jupyterlab/mainmenu';
import { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import { Token } from '@lumino/coreutils';
import { DockPanel } from '@lumino/widgets';
import { IRooms, ITopBar, type Rooms, type TopBarItems } from '../../tokens.ts';
import { DocumentTitle } from './document-title.ts';
import { firstLayout } from './first-layout.ts';
import { FoldedMenu } from './folded-menu.ts';
import { KernelChip } from './kernel-chip.ts';
import { nameMissingKernel } from './kernel-dialog.ts';
import { explainFailures } from './open-failure.ts';
import { markOpenFile } from './open-file.ts';
import { quietDialogs } from './quiet-dialogs.ts';
import { dressRail } from './rail.ts';
import { kernelMenu, runMenu } from './run-menu.ts';
import { SavedView } from './saved-view.ts';
import { browserLink, type ServerLink } from './server-link.ts';
import { TopBar } from './top-bar.ts';

const OPEN_MENU = 'daybook:open-menu';

const IServerLink = new Token<ServerLink>(
  '@daybook/extension:IServerLink',
  'Whether the server answers this tab, and whether it knows who asks.',
);

const serverLink: JupyterFrontEndPlugin<ServerLink> = {
  id: '@daybook/extension:server-link',
  description: 'Watches the connection to the server.',
  provides: IServerLink,
  activate: (app: JupyterFrontEnd): ServerLink => browserLink(app.serviceManager.serverSettings),
};

/** The top bar says that the server is away; a dialog would only stand in the way of writing on. */
const connectionLost: JupyterFrontEndPlugin<IConnectionLost> = {
  id: '@daybook/extension:connection-lost',
  description: 'Says in the top bar, and not in a dialog, that the server is away.',
  requires: [IServerLink],
  provides: IConnectionLost,
  activate:
    (_app: JupyterFrontEnd, link: ServerLink): IConnectionLost =>
    async () =>
      link.check(),
};

const topBar: JupyterFrontEndPlugin<TopBarItems> = {
  id: '@daybook/extension:shell',
  description: 'The top bar, the left rail and a calm main area.',
  autoStart: true,
  requires: [ILabShell, IMainMenu, IServerLink],
  provides: ITopBar,
  optional: [IRooms, ICommandPalette, IDocumentWidgetOpener, IDefaultFileBrowser],
  activate: (
    app: JupyterFrontEnd,
    shell: ILabShell,
    main: IMainMenu,
    link: ServerLink,
    rooms: Rooms | null,
    palette: ICommandPalette | null,
    opener: IDocumentWidgetOpener | null,
    files: IDefaultFileBrowser | null,
  ) => {
    const { commands } = app;
    const folded = new FoldedMenu(commands, main as MainMenu);
    const [run, kernel] = [runMenu(commands), kernelMenu(commands)];
    const title = new DocumentTitle();
    const saved = new SavedView(rooms, link);
    const chip = new KernelChip(app.serviceManager.serverSettings, {
      open: (at, { keyboard }) => {
        kernel.open(at.left, at.bottom + 4);
        if (keyboard) kernel.activateNextItem();
      },
      away: () => link.check(),
    });
    const bar = new TopBar({
      title: title.node,
      saved: saved.node,
      kernel: chip.node,
      openMenu: (at, options) => folded.open(at.left, at.bottom + 8, options),
      runAll: () => void commands.execute('notebook:run-all-cells'),
      openRunMenu: (at, { keyboard }) => {
        run.open(at.left, at.bottom + 4);
        if (keyboard) run.activateNextItem();
      },
      openPalette: () => void commands.execute('apputils:activate-command-palette'),
    });
    shell.add(bar, 'top', { rank: 1 });

    commands.addCommand(OPEN_MENU, {
      label: 'Open the Menu',
      execute: () => bar.openMenu({ keyboard: true }),
      describedBy: { args: { type: 'object', properties: {} } },
    });
    palette?.addItem({ command: OPEN_MENU, category: 'View' });

    const follow = () => {
      const current = shell.currentWidget;
      const context = current instanceof DocumentWidget ? current.context : undefined;
      title.follow(context);
      saved.follow(context);
      // Who may only look has nothing to run, and no kernel.
      const runs = current instanceof NotebookPanel && rooms?.readOnly !== true ? current : undefined;
      chip.follow(runs?.sessionContext);
      bar.setNotebook(runs !== undefined);
    };
    rooms?.changed.connect((_rooms, room) => {
      if (room === null) follow();
    });
    shell.currentChanged.connect(follow);
    follow();

    // A tab bar may be made anew in the same turn, after the signal.
    const calm = () => void requestAnimationFrame(() => hideSingleTab(shell));
    shell.layoutModified.connect(calm);
    shell.currentChanged.connect(calm);
    calm();
    rooms?.changed.connect((_rooms, room) => {
      if (room?.state.connected === false && room.state.opened) link.check();
    });
    link.changed.connect((_link, state) => {
      if (state !== 'up') return;
      rooms?.check();
      refresh(app);
    });
    quietDialogs(link);
    nameMissingKernel(shell);
    if (opener !== null) explainFailures(app, opener);
    if (files !== null) markOpenFile(shell, files);
    void firstLayout(shell);
    void app.restored.then(() => {
      dressRail(shell);
      calm();
    });
    return { add: (item, place) => bar.add(item, place) };
  },
};

/** What JupyterLab asks for now and then it asked in vain while the server was away, and would ask again late. */
function refresh({ serviceManager: { sessions, kernels, kernelspecs } }: JupyterFrontEnd): void {
  for (const asked of [sessions.refreshRunning(), kernels.refreshRunning(), kernelspecs.refreshSpecs()])
    asked.catch(() => undefined);
}

/** With one document its tab says nothing that the top bar does not. */
function hideSingleTab(shell: ILabShell): void {
  const [first, second] = [...shell.widgets('main')];
  const dock = first?.parent;
  if (!(dock instanceof DockPanel)) return;
  const hide = second === undefined;
  for (const bar of dock.tabBars()) {
    if (bar.isHidden === hide) continue;
    bar.setHidden(hide);
    // The dock measures its parts in the turn in which a widget comes; the bar would lie on it.
    requestAnimationFrame(() => dock.fit());
  }
}

const notebookToolbar: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:notebook-toolbar',
  description: 'Hides the stock toolbar, which repeats the top bar and the headers of cells.',
  autoStart: true,
  requires: [INotebookTracker],
  activate: (_app: JupyterFrontEnd, tracker: INotebookTracker) => {
    const hide = ({ toolbar }: NotebookPanel) => toolbar.hide();
    tracker.forEach(hide);
    tracker.widgetAdded.connect((_sender, panel) => hide(panel));
  },
};

export default [serverLink, connectionLost, topBar, notebookToolbar];
