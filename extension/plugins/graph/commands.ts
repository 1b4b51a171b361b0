import type { JupyterFrontEnd } from '@jupyterlab/application';
import type { ICommandPalette } from '@jupyterlab/apputils';
import type { INotebookTracker, NotebookPanel } from '@jupyterlab/notebook';
import type { GraphView } from './graph-view.ts';
import { isMode, MODES, type Mode, setMode } from './mode.ts';
import type { PlanRunner } from './runner.ts';

export interface GraphParts {
  readonly view: GraphView;
  readonly runner: PlanRunner;
}

const LABELS: Readonly<Record<Mode, string>> = {
  manual: 'Run by Hand, Mark Nothing',
  lazy: 'Mark What Is Stale',
  reactive: 'Run What Gets Stale',
};
const NO_ARGS = { describedBy: { args: { type: 'object', properties: {} } } } as const;

/** Commands on the current notebook's graph, in the palette and for menus. */
export function addGraphCommands(
  app: JupyterFrontEnd,
  options: {
    readonly tracker: INotebookTracker;
    readonly palette: ICommandPalette | null;
    readonly parts: (panel: NotebookPanel | null) => GraphParts | undefined;
  },
): void {
  const { commands } = app;
  const { tracker, palette } = options;
  const current = () => options.parts(tracker.currentWidget);
  commands.addCommand('daybook:run-stale', {
    label: () => {
      const stale = current()?.view.stale ?? 0;
      return stale === 0 ? 'Run Stale Cells' : `Run ${stale} Stale ${stale === 1 ? 'Cell' : 'Cells'}`;
    },
    isEnabled: () => (current()?.view.stale ?? 0) > 0,
    execute: () => current()?.runner.run({ want: 'stale' }),
    ...NO_ARGS,
  });
  commands.addCommand('daybook:run-with-dependents', {
    label: 'Run This Cell and What Depends on It',
    isEnabled: () => tracker.activeCell?.model.type === 'code' && current() !== undefined,
    execute: () => {
      const cell = tracker.activeCell?.model.id;
      return cell === undefined ? undefined : current()?.runner.run({ want: 'with', cell });
    },
    ...NO_ARGS,
  });
  commands.addCommand('daybook:run-mode', {
    label: ({ mode }) => (isMode(mode) ? LABELS[mode] : 'Set What Follows from a Run'),
    isEnabled: ({ mode }) => isMode(mode) && current() !== undefined,
    isToggleable: true,
    isToggled: ({ mode }) => current()?.view.mode === mode,
    execute: ({ mode }) => {
      const model = tracker.currentWidget?.context.model;
      if (model !== undefined && isMode(mode)) setMode(model, mode);
    },
    describedBy: { args: { type: 'object', properties: { mode: { type: 'string', enum: [...MODES] } } } },
  });
  palette?.addItem({ command: 'daybook:run-stale', category: 'Notebook Cell Operations' });
  palette?.addItem({ command: 'daybook:run-with-dependents', category: 'Notebook Cell Operations' });
  for (const mode of MODES) palette?.addItem({ command: 'daybook:run-mode', args: { mode }, category: 'Notebook' });
}
