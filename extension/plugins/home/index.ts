import { ILabShell, type JupyterFrontEnd, type JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { IDefaultFileBrowser } from '@jupyterlab/filebrowser';
import type { KernelSpec } from '@jupyterlab/services';
import { Home } from './home.ts';
import { listNotebooks } from './notebooks.ts';
import { trashOf } from './trash.ts';
import { addFiles, pickFiles } from './upload.ts';

/** The name of the stock command, so that every “new launcher” button and shortcut opens our home. */
const CREATE = 'launcher:create';

const home: JupyterFrontEndPlugin<void> = {
  id: '@daybook/extension:home',
  description: 'The page shown while no document is open.',
  autoStart: true,
  requires: [ILabShell],
  optional: [ICommandPalette, IDefaultFileBrowser],
  activate: (
    app: JupyterFrontEnd,
    shell: ILabShell,
    palette: ICommandPalette | null,
    files: IDefaultFileBrowser | null,
  ) => {
    const { commands, serviceManager } = app;
    let page: Home | undefined;
    const show = () => {
      if (page === undefined || page.isDisposed) page = makeHome(app, files);
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

function makeHome({ commands, serviceManager }: JupyterFrontEnd, files: IDefaultFileBrowser | null): Home {
  return new Home({
    userName: async () => {
      await serviceManager.user.ready;
      return serviceManager.user.identity?.display_name ?? '';
    },
    notebooks: () => listNotebooks(serviceManager.contents),
    open: (path) => void commands.execute('docmanager:open', { path }),
    create: (kernel = serviceManager.kernelspecs.specs?.default ?? '') =>
      void commands.execute('notebook:create-new', { kernelName: kernel }),
    kernels: () => otherKernels(serviceManager.kernelspecs.specs),
    pick: pickFiles,
    ...(files === null ? {} : { add: (chosen) => addFiles(files.model, chosen) }),
    now: () => new Date(),
    trash: trashOf(serviceManager.serverSettings),
  });
}

/** The installed kernels but the default one, by the names people know. */
function otherKernels(specs: KernelSpec.ISpecModels | null): { name: string; label: string }[] {
  return Object.values(specs?.kernelspecs ?? {}).flatMap((spec) =>
    spec === undefined || spec.name === specs?.default ? [] : [{ name: spec.name, label: spec.display_name }],
  );
}

export default home;
