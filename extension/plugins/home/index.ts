import { ILabShell, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { Home } from './home.ts';
import { listNotebooks } from './notebooks.ts';

/** The name of the stock command, so that every “new launcher” button and shortcut opens our home. */
const CREATE = 'launcher:create';

const home: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:home',
  description: 'The page shown while no document is open.',
  autoStart: true,
  requires: [ILabShell],
  optional: [ICommandPalette],
  activate: (app: JupyterFrontEnd, shell: ILabShell, palette: ICommandPalette | null) => {
    const { commands, serviceManager } = app;
    let page: Home | undefined;
    const show = () => {
      if (page === undefined || page.isDisposed) page = makeHome(app);
      if (!page.isAttached) shell.add(page, 'main', { activate: true });
      shell.activateById(page.id);
      return page;
    };
    commands.addCommand(CREATE, {
      label: 'Home',
      execute: show,
      describedBy: { args: { type: 'object', properties: {} } },
    });
    palette?.addItem({ command: CREATE, category: 'View' });

    const keepHome = () => {
      const open = [...shell.widgets('main')];
      if (open.length === 0) show();
      else if (page?.isAttached === true && open.length > 1 && shell.currentWidget !== page && !page.isVisible)
        page.dispose();
    };
    void Promise.all([app.restored, serviceManager.ready]).then(() => {
      shell.layoutModified.connect(keepHome);
      keepHome();
    });
  },
};

function makeHome({ commands, serviceManager }: JupyterFrontEnd): Home {
  return new Home({
    userName: async () => {
      await serviceManager.user.ready;
      return serviceManager.user.identity?.display_name ?? '';
    },
    notebooks: () => listNotebooks(serviceManager.contents),
    open: (path) => void commands.execute('docmanager:open', { path }),
    create: () =>
      void commands.execute('notebook:create-new', { kernelName: serviceManager.kernelspecs.specs?.default ?? '' }),
    upload: () => {
      void commands.execute('filebrowser:toggle-main').then(() => commands.execute('filebrowser:activate', {}));
      document
        .querySelector<HTMLElement>('[data-jp-item-name="uploader"] jp-button, [data-jp-item-name="uploader"] button')
        ?.click();
    },
    now: () => new Date(),
  });
}

export default home;
