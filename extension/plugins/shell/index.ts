import { ILabShell, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { DocumentWidget } from '@jupyterlab/docregistry';
import { IMainMenu, type MainMenu } from '@jupyterlab/mainmenu';
import { NotebookPanel } from '@jupyterlab/notebook';
import { DockPanel } from '@lumino/widgets';
import { IRooms, type Rooms } from '../../tokens.ts';
import { DocumentTitle } from './document-title.ts';
import { FoldedMenu } from './folded-menu.ts';
import { KernelChip } from './kernel-chip.ts';
import { dressRail } from './rail.ts';
import { kernelMenu, runMenu } from './run-menu.ts';
import { SavedView } from './saved-view.ts';
import { TopBar } from './top-bar.ts';

const OPEN_MENU = 'daybook:open-menu';

const topBar: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:shell',
  description: 'The top bar, the left rail and a calm main area.',
  autoStart: true,
  requires: [ILabShell, IMainMenu],
  optional: [IRooms, ICommandPalette],
  activate: (
    app: JupyterFrontEnd,
    shell: ILabShell,
    main: IMainMenu,
    rooms: Rooms | null,
    palette: ICommandPalette | null,
  ) => {
    const { commands } = app;
    const folded = new FoldedMenu(commands, main as MainMenu);
    const [run, kernel] = [runMenu(commands), kernelMenu(commands)];
    const title = new DocumentTitle();
    const saved = new SavedView(rooms);
    const chip = new KernelChip(app.serviceManager.serverSettings, (at) => kernel.open(at.left, at.bottom + 4));
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
      chip.follow(current instanceof NotebookPanel ? current.sessionContext : undefined);
      bar.setNotebook(current instanceof NotebookPanel);
    };
    shell.currentChanged.connect(follow);
    follow();

    const calm = () => hideSingleTab(shell);
    shell.layoutModified.connect(calm);
    calm();
    void app.restored.then(() => {
      dressRail(shell);
      if (shell.isSideTabBarVisible('right')) shell.toggleSideTabBarVisibility('right');
      calm();
    });
  },
};

/** With one document its tab says nothing that the top bar does not. */
function hideSingleTab(shell: ILabShell): void {
  const [first, second] = [...shell.widgets('main')];
  const dock = first?.parent;
  if (!(dock instanceof DockPanel)) return;
  for (const bar of dock.tabBars()) bar.setHidden(second === undefined);
}

export default [topBar];
