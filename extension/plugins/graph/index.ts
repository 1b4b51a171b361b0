import type { JupyterFrontEnd, JupyterFrontEndPlugin } from '@jupyterlab/application';
import { ICommandPalette } from '@jupyterlab/apputils';
import { INotebookCellExecutor, INotebookTracker, type NotebookPanel } from '@jupyterlab/notebook';
import { ISettingRegistry } from '@jupyterlab/settingregistry';
import { type CellMarks, ICellMarks, IKernelLink, ITopBar, type KernelLink, type TopBarItems } from '../../tokens.ts';
import { addGraphCommands, type GraphParts } from './commands.ts';
import { GraphView } from './graph-view.ts';
import { isMode, type Mode } from './mode.ts';
import { PlanRunner } from './runner.ts';
import { StaleChip } from './stale-chip.ts';

const ID = '@daybook/extension:graph';

/** Marks stale cells and runs them, as the kernel's dependency graph says. */
const plugin: JupyterFrontEndPlugin<void> = {
  id: ID,
  description: 'Marks stale cells, says why, and runs them.',
  autoStart: true,
  requires: [INotebookTracker, INotebookCellExecutor, IKernelLink, ICellMarks],
  optional: [ITopBar, ICommandPalette, ISettingRegistry],
  activate: (
    app: JupyterFrontEnd,
    tracker: INotebookTracker,
    executor: INotebookCellExecutor,
    link: KernelLink,
    marks: CellMarks,
    bar: TopBarItems | null,
    palette: ICommandPalette | null,
    settings: ISettingRegistry | null,
  ) => {
    let byDefault: Mode = 'lazy';
    const all = new Map<NotebookPanel, GraphParts>();
    const parts = (panel: NotebookPanel | null) => (panel === null ? undefined : all.get(panel));
    const current = () => parts(tracker.currentWidget);
    const chip = new StaleChip({
      runStale: () => void app.commands.execute('daybook:run-stale'),
      stop: () => {
        current()?.runner.stop();
        void app.commands.execute('notebook:interrupt-kernel');
      },
    });
    const show = () => {
      const { view, runner } = current() ?? {};
      chip.show({ stale: view?.stale ?? 0, progress: runner?.progress });
      app.commands.notifyCommandChanged('daybook:run-stale');
      app.commands.notifyCommandChanged('daybook:run-mode');
    };
    const add = (panel: NotebookPanel) => {
      const view = new GraphView(panel, { link, marks, byDefault: () => byDefault });
      const runner = new PlanRunner(panel, { link, executor, reactive: () => view.mode === 'reactive' });
      all.set(panel, { view, runner });
      view.changed.connect(show);
      runner.changed.connect(show);
      panel.disposed.connect(() => all.delete(panel));
    };
    addGraphCommands(app, { tracker, palette, parts });
    tracker.forEach(add);
    tracker.widgetAdded.connect((_sender, panel) => add(panel));
    tracker.currentChanged.connect(show);
    bar?.add(chip.node);
    void settings?.load(ID).then((loaded) => {
      const read = () => {
        const { mode } = loaded.composite;
        if (isMode(mode)) byDefault = mode;
        for (const { view } of all.values()) view.refresh();
      };
      loaded.changed.connect(read);
      read();
    });
  },
};

export default plugin;
